// Making pid files that must be made, or refused.
#pragma once

#include "platform/pid_file.hpp"
#include "tests/support/process/temporary_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <optional>
#include <string>

namespace plug::test {

inline std::optional<plug::platform::pid_file> create(const std::filesystem::path& path) {
    std::string why;
    auto made = plug::platform::pid_file::create(path, why);
    BOOST_TEST(made.has_value(), why);
    return made;
}

inline std::string why_refused(const std::filesystem::path& path) {
    std::string why;
    const auto made = plug::platform::pid_file::create(path, why);
    BOOST_TEST(!made.has_value());
    BOOST_TEST(why.find(path.string()) != std::string::npos, why << " does not name the path");
    return why;
}

inline bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

} // namespace plug::test
