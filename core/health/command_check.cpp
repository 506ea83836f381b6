#include "core/health/command_check.hpp"

#include "core/config/byte_escapes.hpp"

#include <string>

namespace plug {

namespace {

using verdict = probe_result::verdict;
using how = platform::child_end::kind;

std::string address_of(const destination& target) {
    const auto known = target.addresses();
    return known->empty() ? target.configured().host : known->front().address().to_string();
}

/// What happened, and the output of the program.
std::string with_words(std::string happened, const platform::child_end& end) {
    constexpr std::size_t most = 120;
    return end.said.empty() ? happened : happened + ", saying " + excerpt(end.said, most);
}

probe_result failed(std::string reason) { return {verdict::failed, std::move(reason), false, {}}; }

} // namespace

platform::child_program program_of(const probe_plan& plan, std::string_view plug) {
    const auto& target = *plan.target;
    return {plan.check.command,
            {"PLUG_TARGET_NAME=" + *target.label(), "PLUG_TARGET_ADDRESS=" + address_of(target),
             "PLUG_TARGET_PORT=" + std::to_string(target.configured().port),
             "PLUG_NAME=" + std::string(plug)},
            plan.check.timeout};
}

probe_result judged(const check_config& check, const platform::child_end& end) {
    switch (end.how) {
    case how::exited: {
        auto reason =
            with_words("the program ended with status " + std::to_string(end.number), end);
        return {end.number == 0 ? verdict::passed : verdict::failed, std::move(reason), false, {}};
    }
    case how::killed:
        return failed(
            with_words("the program was ended by signal " + std::to_string(end.number), end));
    case how::timed_out:
        return failed(with_words(
            "the program took longer than " + std::to_string(check.timeout.count()) + " ms", end));
    case how::not_runnable:
        return failed("cannot run the program: " + end.said);
    case how::stopped:
    case how::shortage:
        break;
    }
    return {verdict::none, end.said, false, {}};
}

} // namespace plug
