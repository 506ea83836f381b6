// What the system says about a process, by its id.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace plug::test {

/// Resident memory (VmRSS) in bytes.
[[nodiscard]] std::uint64_t resident_bytes(int process);

/// Processor time that it has used so far, user and system, in seconds.
[[nodiscard]] double processor_seconds(int process);

/// Where descriptor `number` of it leads ("/dev/null", "socket:[123]"); empty = not open.
[[nodiscard]] std::string descriptor_target(int process, int number);

[[nodiscard]] std::size_t open_descriptors(int process);

/// The soft limit of open descriptors.
[[nodiscard]] std::uint64_t descriptor_limit(int process);

/// Its working directory.
[[nodiscard]] std::string working_directory(int process);

/// The id of its session (setsid), and of the terminal that controls it; 0 = none.
struct session_ids {
    int session = 0;
    int terminal = 0;
};
[[nodiscard]] session_ids session_of(int process);

[[nodiscard]] bool exists(int process);

/// Whether SIGSTOP has reached every thread of it.
[[nodiscard]] bool is_stopped(int process);

/// Children of this process, orphans that it adopted included, whose environment holds `mark`.
[[nodiscard]] std::vector<int> children_marked(const std::string& mark);

} // namespace plug::test
