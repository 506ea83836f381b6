// Parts of the system that a test has for itself: its own network, its own /dev with a system log.
// Both need root.
#pragma once

#include "tests/support/net/descriptor.hpp"
#include "tests/support/process/temporary_directory.hpp"
#include "tests/support/process/waiting.hpp"

#include <boost/test/tree/test_unit.hpp>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace plug::test {

/// A precondition of test cases that need namespaces.
boost::test_tools::assertion_result is_root(boost::unit_test::test_unit_id);

/// Runs `body` in a thread whose network is a new one: a loopback interface and nothing else, so
/// that whatever is not of this machine is unreachable. Programs started there live there too.
void in_own_network(const std::function<void()>& body);

/// Runs `body` in a thread whose mounts are its own: what it mounts nobody else sees but programs
/// that are started there.
void in_own_mounts(const std::function<void()>& body);

/// Mounts an empty file system of `bytes`, rounded up to pages, on `directory`.
void mount_small_disk(const std::filesystem::path& directory, std::size_t bytes);

/// Nothing below `directory` can be written any more.
void make_read_only(const std::filesystem::path& directory);

/// Puts a file with this text in the place of the one at `path`, which must be there.
void replace_file(const std::filesystem::path& path, const std::string& text);

/// Gives the machine, as this thread's network sees it, one more address.
void add_address(const std::string& address);

/// Gives the loopback interface another IPv4 address in the place of 127.0.0.1.
void set_loopback_address(const std::string& address);

/// A /dev with a log socket that the test reads.
class system_log {
public:
    system_log();
    ~system_log();
    system_log(const system_log&) = delete;
    system_log& operator=(const system_log&) = delete;

    /// To be given to start_options::devices.
    [[nodiscard]] std::filesystem::path devices() const { return directory_ / "dev"; }

    /// Every message so far, as it was sent ("<29>Jan  1 00:00:00 plug[12]: text").
    [[nodiscard]] const std::vector<std::string>& messages();
    /// Waits until one message matches the regular expression.
    [[nodiscard]] bool has(const std::string& expression);
    [[nodiscard]] std::size_t count(const std::string& expression);

private:
    temporary_directory directory_;
    descriptor socket_;
    std::vector<std::string> messages_;
};

} // namespace plug::test
