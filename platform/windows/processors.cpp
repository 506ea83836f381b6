// usable_processors: the affinity of the process, and the share of a job object (a container).
#include "platform/processors.hpp"

#include <algorithm>
#include <bit>

#include <windows.h>

namespace plug::platform {

namespace {

unsigned processors_to_run_on() noexcept {
    DWORD_PTR ours = 0;
    DWORD_PTR all = 0;
    // Beyond 64 processors the masks say nothing; a process then runs on all of them.
    if (::GetActiveProcessorGroupCount() > 1 ||
        !::GetProcessAffinityMask(::GetCurrentProcess(), &ours, &all) || ours == 0) {
        return ::GetActiveProcessorCount(ALL_PROCESSOR_GROUPS);
    }
    return static_cast<unsigned>(std::popcount(ours));
}

/// `count` processors, or the share of them that a job object grants, rounded up.
unsigned within_quota(unsigned count) noexcept {
    constexpr DWORD whole = 10000; // in hundredths of a percent of all processors
    constexpr DWORD hard =
        JOB_OBJECT_CPU_RATE_CONTROL_ENABLE | JOB_OBJECT_CPU_RATE_CONTROL_HARD_CAP;
    JOBOBJECT_CPU_RATE_CONTROL_INFORMATION rate{};
    if (!::QueryInformationJobObject(nullptr, JobObjectCpuRateControlInformation, &rate,
                                     sizeof rate, nullptr) ||
        (rate.ControlFlags & hard) != hard || rate.CpuRate == 0) {
        return count;
    }
    const auto all = ::GetActiveProcessorCount(ALL_PROCESSOR_GROUPS);
    return std::min<unsigned>(count, (all * rate.CpuRate + whole - 1) / whole);
}

} // namespace

unsigned usable_processors() noexcept { return std::max(1U, within_quota(processors_to_run_on())); }

} // namespace plug::platform
