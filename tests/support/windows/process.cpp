// The part of process.hpp and program.hpp that tests on Windows use.
#include "tests/support/process/process.hpp"
#include "tests/support/process/program.hpp"

#include <stdexcept>

#include <windows.h>
// Behind windows.h.
#include <psapi.h>

namespace plug::test {

std::uint64_t resident_bytes(int process) {
    PROCESS_MEMORY_COUNTERS counters{};
    if (static_cast<DWORD>(process) != GetCurrentProcessId() ||
        !GetProcessMemoryInfo(GetCurrentProcess(), &counters, sizeof counters))
        throw std::runtime_error("no memory of process " + std::to_string(process));
    return counters.WorkingSetSize;
}

bool is_sanitized() { return false; }

std::uint64_t memory_factor() { return 1; }

} // namespace plug::test
