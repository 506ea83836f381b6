// Counts the system calls of a process.
#pragma once

#include "tests/support/process/temporary_directory.hpp"

#include <cstdint>

namespace plug::test {

/// Counts all system calls of a process and its threads, from its beginning to count(). Needs
/// strace and the right to trace.
class system_call_counter {
public:
    explicit system_call_counter(int process);
    ~system_call_counter();
    system_call_counter(const system_call_counter&) = delete;
    system_call_counter& operator=(const system_call_counter&) = delete;

    /// Stops counting.
    std::uint64_t count();

    /// The table that strace made, for messages.
    [[nodiscard]] std::string table() const { return read_file(directory_ / "table"); }

private:
    void stop();

    temporary_directory directory_;
    int tracer_;
};

} // namespace plug::test
