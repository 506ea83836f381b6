// What lies outside of the bounds of its option.
#include "service/options/table.hpp"
#include "service/text/units.hpp"

namespace plug {

namespace {

std::string bound_text(const option_value& value, std::int64_t bound) {
    if (value.form == value_form::number) {
        return std::to_string(bound);
    }
    if (value.form != value_form::duration) {
        return std::to_string(bound) + "%";
    }
    const std::chrono::microseconds time(bound);
    return time.count() == 0   ? "0" + std::string(value.unit)
           : time == ten_years ? "10 years"
                               : duration_text(time);
}

void find_outside(std::vector<problem>& problems, option_scope scope, const option_owner& owner,
                  const std::string& plug) {
    for (const auto& option : long_options()) {
        const auto& value = option.value;
        // A check is judged as a whole.
        if (option.group.scope == scope && value.fits != nullptr && !is_detail_of_check(option) &&
            !value.fits(owner, value)) {
            problems.push_back({std::string(option.form.name),
                                "is out of range: " + bound_text(value, value.least) + " to " +
                                    bound_text(value, value.most),
                                plug});
        }
    }
}

} // namespace

std::vector<problem> problems_of_ranges(const settings& judged) {
    std::vector<problem> problems;
    for (const auto& plug : judged.engine.plugs) {
        find_outside(problems, option_scope::plug, &plug, plug.name);
    }
    find_outside(problems, option_scope::process, &judged, {});
    return problems;
}

} // namespace plug
