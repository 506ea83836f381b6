#include "service/options/check_options.hpp"

#include "core/config/byte_escapes.hpp"
#include "service/options/plug_arguments.hpp"
#include "service/options/values.hpp"
#include "service/text/nearest_word.hpp"
#include "service/text/units.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace plug {

namespace {

using text = const std::string&;

constexpr std::string_view prefix = "check-";

std::vector<std::string_view> kind_names() {
    std::vector<std::string_view> names;
    for (const auto& [name, kind] : check_kinds()) {
        names.push_back(name);
    }
    return names;
}

/// What a check of another kind keeps.
check_config common_part_of(const check_config& check) {
    check_config common;
    common.interval = check.interval;
    common.timeout = check.timeout;
    common.rise = check.rise;
    common.fall = check.fall;
    return common;
}

void note_detail(line_3& line, const char* option) { line.check_details.emplace_back(option); }

} // namespace

void apply_check(line_3& line, text kind) {
    const bool has_other = std::exchange(line.has_check, true) && kind != name_of(line.check.kind);
    const auto names = kind_names();
    const auto known = std::ranges::find(names, kind);
    if (known == names.end()) {
        const auto meant = nearest_word(kind, names);
        line.problems.push_back(
            {"--check", "is no kind of check; " +
                            (meant.empty() ? "write " + names_in(check_kinds())
                                           : "did you mean " + std::string(meant) + "?")});
        return;
    }
    if (has_other) { // in [defaults], or in the plug of a target
        line.check = common_part_of(line.check);
    }
    line.check.kind = *value_in(check_kinds(), kind);
}

void apply_check_interval(line_3& line, text value) {
    note_detail(line, "check-interval");
    take_duration(line, "--check-interval", value, "s", line.check.interval);
}

void apply_check_timeout(line_3& line, text value) {
    note_detail(line, "check-timeout");
    line.has_check_timeout = true;
    take_duration(line, "--check-timeout", value, "s", line.check.timeout);
}

void apply_check_jitter(line_3& line, text value) {
    note_detail(line, "check-jitter");
    const auto read = parse_part(value);
    if (read && *read <= 0.5) {
        line.check.jitter = *read;
    } else {
        line.problems.push_back(
            {"--check-jitter", "is no part of the interval; write one from 0% to 50%"});
    }
}

void apply_check_rise(line_3& line, text value) {
    note_detail(line, "check-rise");
    take_count<unsigned>(line, "--check-rise", value, 100, line.check.rise);
}

void apply_check_fall(line_3& line, text value) {
    note_detail(line, "check-fall");
    take_count<unsigned>(line, "--check-fall", value, 100, line.check.fall);
}

void apply_check_port(line_3& line, text value) {
    note_detail(line, "check-port");
    take_count<std::uint16_t>(line, "--check-port", value, 65535, line.check.port);
}

void apply_check_method(line_3& line, text value) {
    note_detail(line, "check-method");
    line.check.http.method = value;
}

void apply_check_path(line_3& line, text value) {
    note_detail(line, "check-path");
    line.check.http.path = value;
}

void apply_check_host(line_3& line, text value) {
    note_detail(line, "check-host");
    line.check.http.host = value;
}

void apply_check_status(line_3& line, text value) {
    note_detail(line, "check-status");
    take(parse_statuses(value), "--check-status", line.check.http.accepted, line.problems);
}

void apply_check_send(line_3& line, text value) {
    note_detail(line, "check-send");
    take(parse_escapes(value), "--check-send", line.check.send, line.problems);
}

void apply_check_expect(line_3& line, text value) {
    note_detail(line, "check-expect");
    take(parse_escapes(value), "--check-expect", line.check.expect, line.problems);
}

void apply_check_user(line_3& line, text value) {
    note_detail(line, "check-user");
    line.check.user = value;
}

void apply_check_command(line_3& line, text value) {
    const bool is_first =
        std::ranges::find(line.check_details, "check-command") == line.check_details.end();
    if (is_first) { // what a target inherits from its plug has gone
        line.check.command.clear();
    }
    note_detail(line, "check-command");
    line.check.command.push_back(value);
}

void settle_check(line_3& line) {
    if (!line.has_check) {
        if (!line.check_details.empty()) {
            line.problems.push_back({"--" + line.check_details.front(),
                                     "means nothing without --check; say what kind of check"});
        }
        return;
    }
    const auto is_given = [&](std::string_view option) {
        return std::ranges::find(line.check_details, option) != line.check_details.end();
    };
    for (const auto& [name, detail] : check_details) {
        const auto option = std::string(prefix) + std::string(name);
        if (is_given(option) && !takes(line.check.kind, detail)) {
            line.problems.push_back({"--" + option, "means nothing to a check of kind " +
                                                        std::string(name_of(line.check.kind)) +
                                                        ", only to " + kinds_that_take(detail)});
        }
    }
    auto& settled = plug_of(line).check.emplace(line.check);
    if (!line.has_check_timeout) { // the usual one is no longer than a shorter interval
        settled.timeout = std::min(settled.timeout, settled.interval);
    }
}

void drop_check(line_3& line) {
    line.check = {};
    line.has_check = false;
    line.has_check_timeout = false;
    line.check_details.clear();
}

std::string_view detail_of_check(std::string_view option) {
    return option.starts_with(prefix) ? option.substr(prefix.size()) : std::string_view();
}

} // namespace plug
