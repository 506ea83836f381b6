#include "service/options/target_options.hpp"

#include "service/options/plug_arguments.hpp"
#include "service/options/values.hpp"
#include "service/text/units.hpp"

namespace plug {

using text = const std::string&;

void apply_policy(line_3& line, text value) {
    take(parse_policy(value), "--policy", plug_of(line).policy, line.problems);
}

void apply_sticky_timeout(line_3& line, text value) {
    take_duration(line, "--sticky-timeout", value, "s", plug_of(line).affinity.timeout);
    line.needs_sticky = "--sticky-timeout";
}

void apply_sticky_capacity(line_3& line, text value) {
    take(parse_count(value, 1, 10'000'000), "--sticky-capacity", plug_of(line).affinity.capacity,
         line.problems);
    line.needs_sticky = "--sticky-capacity";
}

void apply_retry(line_3& line, text value) {
    take_duration_or(line, "--retry", value, "never", plug_of(line).retry);
}

void apply_slow_start(line_3& line, text value) {
    take_duration(line, "--slow-start", value, "s", plug_of(line).slow_start);
}

void apply_max_connections(line_3& line, text value) {
    take_count<std::uint32_t>(line, "--max-connections", value, most_connections,
                              plug_of(line).max_connections);
}

void apply_queue_capacity(line_3& line, text value) {
    take(parse_count(value, 0, most_waiting), "--queue-capacity", plug_of(line).queue.capacity,
         line.problems);
}

void apply_queue_timeout(line_3& line, text value) {
    take_duration(line, "--queue-timeout", value, "s", plug_of(line).queue.timeout);
}

void apply_on_down(line_3& line, text value) {
    take(parse_session_fate(value), "--on-down", plug_of(line).on_down, line.problems);
}

void apply_on_removed(line_3& line, text value) {
    take(parse_session_fate(value), "--on-removed", plug_of(line).on_removed, line.problems);
}

void apply_connect_timeout(line_3& line, text value) {
    take_duration(line, "--connect-timeout", value, "s", plug_of(line).connect_timeout);
}

} // namespace plug
