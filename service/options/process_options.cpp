#include "service/options/process_options.hpp"

#include "service/options/plug_arguments.hpp"
#include "service/options/values.hpp"

namespace plug {

using text = const std::string&;

void apply_config(line_3& line, text value) {
    take(parse_path(value), "--config", line.config, line.problems);
}

void apply_pid_file(line_3& line, text value) {
    take(parse_path(value), "--pid-file", line.settings.pid_file, line.problems);
}

void apply_control(line_3& line, text value) {
    take(parse_path(value), "--control", line.settings.control, line.problems);
}

void apply_grace(line_3& line, text value) {
    take_duration_or(line, "--grace", value, "unlimited", line.settings.engine.grace);
}

void apply_threads(line_3& line, text value) {
    take_count<unsigned>(line, "--threads", value, most_threads, line.settings.engine.threads);
}

void apply_spin(line_3& line, text value) {
    take_duration(line, "--spin", value, "us", line.settings.engine.spin);
}

} // namespace plug
