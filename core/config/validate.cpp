#include "core/config/validate.hpp"

#include "core/config/validate_parts.hpp"

namespace plug {

namespace {

using problems = std::vector<problem>;

void check_room(problems& found, const plug_config& plug) {
    for (const auto& target : plug.targets) {
        if (target.max_connections && !connection_limits.hold(*target.max_connections)) {
            found.push_back({to_text(target.where), "has max-connections that is out of range: 1 "
                                                    "to 10000000 connections"});
        }
    }
}

void check_plug(problems& found, const plug_config& plug) {
    check_listeners(found, plug);
    check_destinations(found, plug);
    check_numeric_sources(found, plug);
    if (plug.weigh_connect_time && plug.policy != policy::random_two) {
        found.push_back({"weigh-connect-time", "means nothing without the policy random-two; set "
                                               "that, or leave it out"});
    }
    check_room(found, plug);
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
