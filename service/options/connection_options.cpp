#include "service/options/connection_options.hpp"

#include "service/options/plug_arguments.hpp"
#include "service/options/values.hpp"
#include "service/text/units.hpp"

namespace plug {

using text = const std::string&;

void apply_allow(line_3& line, text value) {
    read_networks(value, "--allow", plug_of(line), line.problems);
}

void apply_source(line_3& line, text value) {
    take(parse_outgoing(value), "--source", line.source, line.problems);
}

void apply_via(line_3& line, text value) {
    take(parse_via(value), "--via", plug_of(line).via, line.problems);
}

void apply_idle_timeout(line_3& line, text value) {
    take_duration_or(line, "--idle-timeout", value, "never", plug_of(line).limits.idle);
}

void apply_half_closed_timeout(line_3& line, text value) {
    take_duration_or(line, "--half-closed-timeout", value, "never",
                     plug_of(line).limits.half_closed);
}

void apply_max_session_age(line_3& line, text value) {
    take_duration_or(line, "--max-session-age", value, "unlimited", plug_of(line).limits.age);
}

void apply_max_session_age_jitter(line_3& line, text value) {
    take(parse_part(value), "--max-session-age-jitter", plug_of(line).limits.age_jitter,
         line.problems);
}

} // namespace plug
