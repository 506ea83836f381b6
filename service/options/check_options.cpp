#include "service/options/check_options.hpp"

#include "service/options/plug_arguments.hpp"
#include "service/options/table.hpp"
#include "service/options/values.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace plug {

namespace {

constexpr std::string_view prefix = "check-";

/// What a check of another kind keeps.
check_config common_part_of(const check_config& check) {
    check_config common;
    common.interval = check.interval;
    common.timeout = check.timeout;
    common.rise = check.rise;
    common.fall = check.fall;
    return common;
}

bool is_detail(std::string_view name) { return name.starts_with(prefix); }

std::string why_not_of_kind(const long_option& option, check_kind kind) {
    const auto detail = value_in<check_detail>(check_details, detail_of_check(option));
    return "means nothing to a check of kind " + std::string(name_of(kind)) + ", only to " +
           kinds_that_take(*detail);
}

} // namespace

void read_kind_of_check(line_3& line, const long_option& option, const std::string& text) {
    const bool has_other = std::exchange(line.has_check, true) && text != name_of(line.check.kind);
    const auto kind = value_in(check_kinds(), text);
    if (!kind) {
        values::refuse(line, option, values::why_no_word(option.value, text));
        return;
    }
    if (has_other) { // in [defaults], or in the plug of a target
        line.check = common_part_of(line.check);
    }
    line.check.kind = *kind;
}

void read_word_of_command(line_3& line, const long_option& option, const std::string& text) {
    if (!line.says(option.form.name)) { // what a target inherits from its plug has gone
        line.check.command.clear();
    }
    line.check.command.push_back(text);
}

bool is_of_kind(const long_option& option, check_kind kind) {
    const auto detail = value_in<check_detail>(check_details, detail_of_check(option));
    return !detail || takes(kind, *detail);
}

void settle_check(line_3& line) {
    if (!line.has_check) {
        const auto detail = std::ranges::find_if(line.said, is_detail);
        if (detail != line.said.end()) {
            line.problems.push_back({"--" + std::string(*detail),
                                     "means nothing without --check; say what kind of check"});
        }
        return;
    }
    for (const auto& option : long_options()) {
        if (is_of_kind(option, line.check.kind)) {
            continue;
        }
        if (line.says(option.form.name)) {
            values::refuse(line, option, why_not_of_kind(option, line.check.kind));
        }
        option.value.reset(line); // it may be inherited
    }
    auto& settled = plug_of(line).check.emplace(line.check);
    if (!line.says_or_inherits("check-timeout")) { // the usual one is no longer than the interval
        settled.timeout = std::min(settled.timeout, settled.interval);
    }
}

void drop_check(line_3& line) {
    line.check = {};
    line.has_check = false;
    forget_details_of_check(line);
    std::erase_if(line.inherited, is_detail);
}

void forget_details_of_check(line_3& line) { std::erase_if(line.said, is_detail); }

std::string_view detail_of_check(const long_option& option) {
    return is_detail(option.form.name) ? option.form.name.substr(prefix.size())
                                       : std::string_view();
}

} // namespace plug
