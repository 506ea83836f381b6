// Cases that cannot run where plug runs in Wine, each with its reason. The test stays what it is: a
// program of Linux that starts plug.exe through PLUG_LAUNCHER.
#pragma once

#include <boost/test/tree/decorator.hpp>

#include <string>

namespace plug::test {

/// Whether the program under test is started in Wine.
[[nodiscard]] bool runs_in_wine();

/// An absolute path as the program writes it: the root is drive Z: in Wine.
[[nodiscard]] std::string as_told(std::string path);

/// Decorator of a case, or of a suite, that Wine or the way of starting it leaves no way to run.
class not_in_wine : public boost::unit_test::decorator::base {
public:
    explicit not_in_wine(std::string reason) : reason_(std::move(reason)) {}

protected:
    void apply(boost::unit_test::test_unit& unit) override;

private:
    [[nodiscard]] boost::unit_test::decorator::base_ptr clone() const override;

    std::string reason_;
};

/// Decorator of a case, or of a suite, about what POSIX systems alone have: label posix.
class posix_only : public not_in_wine {
public:
    using not_in_wine::not_in_wine;

private:
    void apply(boost::unit_test::test_unit& unit) override;
    [[nodiscard]] boost::unit_test::decorator::base_ptr clone() const override;
};

} // namespace plug::test
