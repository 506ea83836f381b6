#include "tests/support/process/system_calls.hpp"

#include "tests/support/process/spawn.hpp"
#include "tests/support/process/waiting.hpp"

#include <sys/wait.h>

#include <csignal>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace plug::test {

namespace {

/// Whether every thread of the process has a tracer.
bool is_traced(int process) {
    const auto tasks = "/proc/" + std::to_string(process) + "/task";
    for (const auto& task : std::filesystem::directory_iterator(tasks)) {
        if (read_file(task.path() / "status").find("TracerPid:\t0\n") != std::string::npos)
            return false;
    }
    return true;
}

} // namespace

system_call_counter::system_call_counter(int process)
    : tracer_(spawn({"/usr/bin/env", "strace", "-f", "-c", "-o", (directory_ / "table").string(),
                     "-p", std::to_string(process)},
                    {.directory = directory_.path()}, directory_ / "output",
                    directory_ / "errors")) {
    if (!eventually([process] { return is_traced(process); }))
        throw std::runtime_error("strace: " + read_file(directory_ / "errors"));
}

system_call_counter::~system_call_counter() { stop(); }

void system_call_counter::stop() {
    if (tracer_ < 0)
        return;
    ::kill(tracer_, SIGINT);
    ::waitpid(std::exchange(tracer_, -1), nullptr, 0);
}

std::uint64_t system_call_counter::count() {
    stop();
    const std::string counted = table();
    // The last line: % time, seconds, usecs/call, calls, errors if any, "total".
    std::istringstream last(counted.substr(counted.rfind('\n', counted.size() - 2) + 1));
    double ignored = 0;
    std::uint64_t calls = 0;
    if (!(last >> ignored >> ignored >> ignored >> calls) || !counted.ends_with("total\n"))
        throw std::runtime_error("strace gave no table: " + read_file(directory_ / "errors"));
    return calls;
}

} // namespace plug::test
