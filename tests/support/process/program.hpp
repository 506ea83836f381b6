// The program under test as a process: starts it, asks it to stop, kills it, reads what it says and
// its exit code. Which program that is, PLUG_PROGRAM in the environment says; PLUG_LAUNCHER holds
// the words to start it with, divided by colons, where it runs in Wine.
#pragma once

#include "tests/support/process/temporary_directory.hpp"
#include "tests/support/process/waiting.hpp"

#include <boost/test/tree/test_unit.hpp>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace plug::test {

struct start_options {
    /// Working directory; unset = the run's own.
    std::optional<std::filesystem::path> directory{};
    /// "NAME=value", added to what this process has.
    std::vector<std::string> environment{};
    /// Sockets that are passed as systemd does, by their descriptors and with these names.
    std::vector<std::pair<int, std::string>> passed{};
    /// Soft and hard limit of open descriptors.
    std::optional<std::pair<std::uint64_t, std::uint64_t>> descriptor_limits{};
    /// Soft limit of the size of a file, in bytes.
    std::optional<std::uint64_t> file_size_limit{};
    /// Signals that it finds ignored.
    std::vector<int> ignored_signals{};
    /// Signals that it finds held back.
    std::vector<int> blocked_signals{};
    /// Descriptors of this process that it inherits, as 3, 4 and so on.
    std::vector<int> inherited{};
    /// Start with descriptors 0, 1 and 2 closed.
    bool standard_descriptors_closed = false;
    /// Start with descriptor 1 leading nowhere any more: a pipe that nobody reads.
    bool output_pipe_broken = false;
    std::optional<unsigned> file_mask{};
    /// A directory that takes the place of /dev for the program; empty = the real one.
    std::filesystem::path devices{};
    /// Directories that are empty, and its own, as the program sees them.
    std::vector<std::string> emptied{};
    /// Start with no right to open files and ports that root alone may.
    bool without_privileges = false;
};

/// One run of the program. What is left of it when the object goes is ended, and a run that crashed
/// or that a sanitizer complained about fails the test.
class program {
public:
    explicit program(std::vector<std::string> arguments, start_options options = {});
    ~program();
    program(program&& other) noexcept;
    program& operator=(program&&) = delete;

    /// Waits for the command that was typed and gives its exit code; 128 + N where signal N ended
    /// it.
    int exit_code();
    /// The same, where it ends within `limit`.
    [[nodiscard]] std::optional<int> exit_code_within(milliseconds limit);

    /// The process that goes on in the background after the command has ended. Waits for it.
    int background_process();
    /// Whether any process of this run is left.
    [[nodiscard]] bool is_alive();
    /// The process that does the work: the one in the background where there is one.
    int process();

    /// Asks the process that does the work to stop (SIGTERM; Ctrl-C in Wine).
    void request_stop();
    /// Asks it to stop and waits for its exit code.
    int stop();
    /// Waits for the exit code of the process that does the work.
    int finish();
    /// Returns after SIGSTOP when every thread has stopped: on another processor one runs on for a
    /// while.
    void signal(int number);
    /// Ends it at once (SIGKILL).
    void kill();

    /// Waits until more than `before` sockets listen on `port`; throws, with what the program said,
    /// if it ends first.
    void wait_until_listening(std::uint16_t port, std::size_t before = 0);

    /// What it has written so far to standard output, and to standard error.
    [[nodiscard]] std::string output() const;
    [[nodiscard]] std::string errors() const;
    /// Waits until `count` matches of the regular expression stand in standard error.
    [[nodiscard]] bool says(const std::string& expression, std::size_t count = 1) const;

    [[nodiscard]] const temporary_directory& directory() const { return *directory_; }

private:
    void end_all();
    void check_end() const;
    [[nodiscard]] std::optional<int> wait_for(int process, milliseconds limit);

    std::unique_ptr<temporary_directory> directory_;
    std::string mark_;
    std::string line_;
    int typed_ = -1;
    int background_ = -1;
    std::optional<int> typed_exit_;
    std::optional<int> background_exit_;
};

/// Whether this test, and so the program under test, is built with a sanitizer.
[[nodiscard]] bool is_sanitized();

/// A precondition of test cases in which a sanitizer would be in the way.
boost::test_tools::assertion_result is_not_sanitized(boost::unit_test::test_unit_id);

/// By how much a bound on memory is to be widened for what a sanitizer keeps itself.
[[nodiscard]] std::uint64_t memory_factor();

/// Conditions under which memory that is freed is soon used again, under sanitizers too.
[[nodiscard]] start_options with_memory_reused();

/// How often the regular expression (that of Perl, a dot is no line end) matches in `text`.
[[nodiscard]] std::size_t count_matches(const std::string& text, const std::string& expression);

} // namespace plug::test
