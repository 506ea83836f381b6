#include "service/options/log_options.hpp"

#include "service/options/plug_arguments.hpp"

#include <algorithm>

namespace plug {

using text = const std::string&;

void apply_log_to(line_3& line, text value) {
    take(parse_log_destination(value), "--log-to", line.settings.log_to, line.problems);
}

void apply_session_log(line_3& line, text value) {
    take(parse_path(value), "--session-log", line.settings.session_log, line.problems);
}

void apply_session_format(line_3& line, text value) {
    take(parse_session_format(value), "--session-format", line.settings.session_format,
         line.problems);
}

void apply_debug(line_3& line, text) { line.settings.debug = std::min(line.settings.debug + 1, 2); }

} // namespace plug
