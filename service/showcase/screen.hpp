// What the demo writes to standard output: each session as it ends, each target as it goes down and
// comes back, one readable line for each.
#pragma once

#include "core/monitor/event.hpp"

#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace plug {

/// Names of the demo's targets by their `address:port`.
using demo_names = std::map<std::string, std::string, std::less<>>;

/// The line about one event, without line feed; empty where the demo does not show it.
[[nodiscard]] std::string demo_line(const event& happened, const demo_names& names);

/// Writes lines, each at once and whole. Any thread may use it.
class demo_screen final : public event_sink {
public:
    explicit demo_screen(demo_names names);

    void say(std::string_view line);
    void publish(event happened) noexcept override;
    [[nodiscard]] bool wants_attempts() const noexcept override { return false; }

private:
    demo_names names_;
    std::mutex writing_;
};

} // namespace plug
