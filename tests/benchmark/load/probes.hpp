// What is read about the proxy while the load runs: its CPU time and its private memory.
#pragma once

#include "tests/benchmark/load/event_loop.hpp"

#include <cstdint>
#include <string>
#include <sys/types.h>
#include <vector>

namespace load {

struct probes {
    /// The processes of the proxy. Empty where there is none.
    std::vector<pid_t> processes;
    /// /proc/PID/smaps_rollup of every process of the proxy.
    std::vector<std::string> memory_files;

    /// CPU time used so far by the proxy, in nanoseconds. The clock of a process is exact at this
    /// moment; schedstat and control groups lag by up to a tick (4 ms) for what runs just now.
    double cpu_ns() const;
    /// Anonymous memory of the proxy in bytes, what processes share counted once.
    double anonymous_bytes() const;
};

/// What a stretch of time has cost.
struct cost {
    double seconds = 0;
    double proxy_cpu_ns = 0;
    double load_cpu_ns = 0;
};

/// Measures from its making to finish().
class stretch {
public:
    explicit stretch(const probes& watched);
    cost finish() const;

private:
    const probes& watched_;
    double proxy_cpu_ns_;
    double load_cpu_ns_;
    clock::time_point begin_;
};

} // namespace load
