#include "service/showcase/screen.hpp"

#include "core/config/address_forms.hpp"
#include "service/log/event_table.hpp"

#include <array>
#include <cstdio>
#include <exception>
#include <iostream>
#include <utility>

namespace plug {

namespace {

std::string name_of(const std::shared_ptr<const std::string>& target, const demo_names& names) {
    if (!target)
        return "no target";
    const auto known = names.find(*target);
    return known == names.end() ? *target : known->second;
}

std::string how_it_ended(const session_record& record) {
    switch (record.end) {
    case session_end::completed:
        return "completed";
    case session_end::client_failed:
        return "the client broke it off";
    case session_end::target_failed:
        return "the target broke it off";
    case session_end::no_target:
        return "no target could be reached";
    case session_end::idle_timeout:
    case session_end::half_closed_timeout:
    case session_end::age_limit:
        return "cut, as it came to a limit";
    case session_end::target_down:
    case session_end::target_removed:
        return "cut, as its target is no longer to be used";
    case session_end::queue_timeout:
    case session_end::queue_full:
        return "closed, as every target is full";
    case session_end::stopped:
        return "cut, as the plug stops";
    case session_end::internal:
        break;
    }
    return "the plug could not go on";
}

std::string milliseconds(std::chrono::microseconds time) {
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%.1f ms", static_cast<double>(time.count()) / 1000.0);
    return text.data();
}

// One function for each event that is shown; the rest is not.
struct line_writer {
    const demo_names& names;

    std::string operator()(const session_ended& ended) const {
        const auto& record = ended.record;
        auto line = "session  " + to_text(record.client) + " -> " + name_of(record.target, names) +
                    ", " + std::to_string(record.from_client) + " bytes in, " +
                    std::to_string(record.from_target) + " out, " + milliseconds(record.duration) +
                    ", " + how_it_ended(record);
        if (record.failed_attempts > 0)
            line += " (targets that failed first: " + std::to_string(record.failed_attempts) + ")";
        return line;
    }
    std::string operator()(const target_down& down) const {
        return "target   " + name_of(down.target, names) + " is down: " + printable(down.reason);
    }
    std::string operator()(const target_up& up) const {
        return "target   " + name_of(up.target, names) + " is back";
    }
    std::string operator()(const internal_error& error) const {
        return "defect   while " + error.action + ": " + printable(error.reason);
    }
    template <typename Other> std::string operator()(const Other&) const { return {}; }
};

} // namespace

std::string demo_line(const event& happened, const demo_names& names) {
    return std::visit(line_writer{names}, happened);
}

demo_screen::demo_screen(demo_names names) : names_(std::move(names)) {}

void demo_screen::say(std::string_view line) {
    const std::lock_guard lock(writing_);
    std::cout << line << '\n' << std::flush;
}

void demo_screen::publish(event happened) noexcept {
    try {
        if (const auto line = demo_line(happened, names_); !line.empty())
            say(line);
    } catch (const std::exception&) {
        // Out of memory: the line is lost, the session is not.
    }
}

} // namespace plug
