#include "core/config/validate.hpp"

#include "core/config/validate_parts.hpp"

namespace plug {

namespace {

using namespace std::chrono_literals;
using problems = std::vector<problem>;

constexpr auto ten_years = std::chrono::hours(24 * 3650);

void check_limits(problems& found, const session_limits& limits) {
    const auto check = [&](const char* where,
                           const std::optional<std::chrono::milliseconds>& limit) {
        if (limit) {
            check_duration(found, where, *limit, {1ms}, {ten_years}, "1ms to 10 years");
        }
    };
    check("idle-timeout", limits.idle);
    check("half-closed-timeout", limits.half_closed);
    check("max-session-age", limits.age);
    if (!(limits.age_jitter >= 0 && limits.age_jitter <= 1)) {
        found.push_back({"max-session-age-jitter", "is out of range: 0% to 100%"});
    }
}

void check_room(problems& found, const plug_config& plug) {
    const auto is_wrong = [](const std::optional<std::uint32_t>& limit) {
        return limit && (*limit < 1 || *limit > most_connections);
    };
    constexpr auto* range = "is out of range: 1 to 10000000 connections";
    if (is_wrong(plug.max_connections)) {
        found.push_back({"max-connections", range});
    }
    for (const auto& target : plug.targets) {
        if (is_wrong(target.max_connections)) {
            found.push_back(
                {to_text(target.where), std::string("has max-connections that ") + range});
        }
    }
    if (plug.queue.capacity > most_waiting) {
        found.push_back({"queue-capacity", "is out of range: 0 to 1000000 clients"});
    }
    check_duration(found, "queue-timeout", plug.queue.timeout, {1ms}, {24h}, "1ms to 1d");
}

void check_plug(problems& found, const plug_config& plug) {
    check_listeners(found, plug);
    check_destinations(found, plug);
    check_numeric_sources(found, plug);
    check_duration(found, "sticky-timeout", plug.affinity.timeout, {1s}, {ten_years},
                   "1s to 10 years");
    if (plug.affinity.capacity < 1 || plug.affinity.capacity > 10'000'000) {
        found.push_back({"sticky-capacity", "is out of range: 1 to 10000000 clients"});
    }
    if (plug.retry) {
        check_duration(found, "retry", *plug.retry, {1ms}, {ten_years}, "1ms to 10 years");
    }
    check_duration(found, "connect-timeout", plug.connect_timeout, {1ms}, {24h}, "1ms to 1d");
    if (plug.weigh_connect_time && plug.policy != policy::random_two) {
        found.push_back({"weigh-connect-time", "means nothing without the policy random-two; set "
                                               "that, or leave it out"});
    }
    check_duration(found, "slow-start", plug.slow_start, {0ms}, {24h}, "0s to 1d");
    check_room(found, plug);
    check_limits(found, plug.limits);
}

void check_process(problems& found, const configuration& config) {
    if (config.threads && (*config.threads < 1 || *config.threads > most_threads)) {
        found.push_back({"threads", "is out of range: 1 to 256"});
    }
    if (config.grace) {
        check_duration(found, "grace", *config.grace, {0ms}, {ten_years}, "0s to 10 years");
    }
    check_duration(found, "spin", config.spin, {0us}, {10ms}, "0us to 10ms");
}

/// Sets the plug of the problems that were found since there were `before` of them.
void name_plug(problems& found, std::size_t before, const plug_config& plug) {
    for (; before < found.size(); ++before) {
        found[before].plug = plug.name;
    }
}

} // namespace

std::vector<problem> validate_values(const configuration& config) {
    problems found;
    for (const auto& plug : config.plugs) {
        const auto before = found.size();
        check_plug(found, plug);
        name_plug(found, before, plug);
    }
    check_overlaps(found, config);
    check_process(found, config);
    return found;
}

std::vector<problem> validate(const configuration& config) {
    auto found = validate_values(config);
    for (const auto& plug : config.plugs) {
        const auto before = found.size();
        check_on_this_machine(found, plug);
        name_plug(found, before, plug);
    }
    return found;
}

} // namespace plug
