#include "service/showcase/screen.hpp"

#include "core/config/address_forms.hpp"
#include "service/text/harmless.hpp"

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
                    ", " + std::string(row_of(record.end).phrase);
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
