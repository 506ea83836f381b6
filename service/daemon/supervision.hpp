// What the supervisor of the process, such as systemd, hears of an engine that runs: that it is
// ready, how many ports and sessions it has, that it reloads or stops, and that it is alive.
#pragma once

#include "core/engine/engine.hpp"
#include "service/daemon/watchdog.hpp"

#include <atomic>
#include <cstddef>
#include <optional>
#include <string>

namespace plug {

/// Functions belong to one thread. Nothing happens where there is no supervisor.
class supervision {
public:
    /// Tells that `running` is ready: every port of it is bound. Where it has none, the status is
    /// `nothing_listens`. While the supervisor wants a watchdog, it hears of life only if every
    /// worker has come by.
    supervision(engine& running, std::string nothing_listens);

    void reload_begins();
    /// Whether it has changed anything or not.
    void reload_ended();
    void stops();

    /// No more of it. To be called before the engine is destroyed, and this after the engine.
    void end() { watchdog_.reset(); }

private:
    [[nodiscard]] std::string status() const;
    void tell_ready();

    engine& engine_;
    const std::string nothing_listens_;
    std::atomic<std::size_t> ports_{0};
    std::atomic<bool> stopping_{false};
    std::optional<watchdog> watchdog_;
};

} // namespace plug
