// usable_processors: sched_getaffinity(2), and the CPU quota of cgroups 1 and 2.
#include "platform/processors.hpp"

#include "platform/linux/cpu_quota.hpp"

#include <sched.h>

#include <algorithm>
#include <charconv>
#include <exception>
#include <fstream>
#include <string>

namespace plug::platform {

namespace {

unsigned processors_of_affinity() noexcept {
    cpu_set_t set;
    CPU_ZERO(&set);
    const bool known = sched_getaffinity(0, sizeof set, &set) == 0;
    return known ? static_cast<unsigned>(std::max(1, CPU_COUNT(&set))) : 1U;
}

std::optional<unsigned> quota_of_folder(const std::string& folder, bool second_version) {
    std::string quota;
    std::string period;
    if (second_version) {
        std::ifstream(folder + "/cpu.max") >> quota >> period;
    } else {
        std::ifstream(folder + "/cpu.cfs_quota_us") >> quota;
        std::ifstream(folder + "/cpu.cfs_period_us") >> period;
    }
    return processors_of_quota(quota, period);
}

/// The least of the quotas on the way from `path` to the root of the hierarchy at `mount`.
unsigned least_quota(const std::string& mount, std::string path, bool second_version) {
    unsigned least = ~0U;
    while (true) {
        const auto granted = quota_of_folder(mount + path, second_version);
        least = std::min(least, granted.value_or(least));
        if (path.empty()) {
            return least;
        }
        path.resize(path.find_last_of('/'));
    }
}

/// The hierarchies that /proc/self/cgroup lists, one a line: `number:controllers:path`, with number
/// 0 and no controllers for version 2 (cgroups(7)).
unsigned processors_of_cgroups() {
    unsigned least = ~0U;
    std::ifstream list("/proc/self/cgroup");
    for (std::string line; std::getline(list, line);) {
        const auto first = line.find(':');
        const auto second = line.find(':', first + 1);
        if (first == std::string::npos || second == std::string::npos) {
            continue;
        }
        const auto controllers = "," + line.substr(first + 1, second - first - 1) + ",";
        const auto path = line.substr(second + 1) == "/" ? std::string() : line.substr(second + 1);
        if (controllers == ",,") {
            least = std::min(least, least_quota("/sys/fs/cgroup", path, true));
        } else if (controllers.find(",cpu,") != std::string::npos) {
            least = std::min(least, least_quota("/sys/fs/cgroup/cpu", path, false));
        }
    }
    return least;
}

std::optional<unsigned long> number(std::string_view text) noexcept {
    unsigned long value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    return whole ? std::optional(value) : std::nullopt;
}

} // namespace

std::optional<unsigned> processors_of_quota(std::string_view quota,
                                            std::string_view period) noexcept {
    const auto granted = number(quota);
    const auto of = number(period);
    if (!granted || !of || *of == 0) {
        return std::nullopt;
    }
    const auto rounded_up = *granted / *of + (*granted % *of != 0 ? 1 : 0);
    return static_cast<unsigned>(std::clamp(rounded_up, 1UL, 100'000UL));
}

unsigned usable_processors() noexcept {
    const unsigned allowed = processors_of_affinity();
    try {
        return std::min(allowed, processors_of_cgroups());
    } catch (const std::exception&) {
        return allowed; // out of memory while reading: the quota still holds, only less well used
    }
}

} // namespace plug::platform
