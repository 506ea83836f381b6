// What is read about the proxy while the load runs: its CPU time and its private memory.
#pragma once

#include "tests/benchmark/load/event_loop.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace load {

struct probes {
    /// Files that together hold the proxy's CPU time: cpuacct.usage or schedstat (first number,
    /// ns), or cpu.stat of cgroup 2 (usage_usec). Empty where there is no proxy.
    std::vector<std::string> cpu_files;
    /// /proc/PID/smaps_rollup of every process of the proxy.
    std::vector<std::string> memory_files;

    /// CPU time used so far by the proxy, in nanoseconds.
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
