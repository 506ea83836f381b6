#include "service/daemon/supervision.hpp"

#include "platform/supervisor.hpp"

#include <cstdint>
#include <string_view>
#include <utility>

namespace plug {

namespace {

std::string counted(std::uint64_t count, std::string_view noun) {
    return std::to_string(count) + ' ' + std::string(noun) + (count == 1 ? "" : "s");
}

} // namespace

supervision::supervision(engine& running, std::string nothing_listens)
    : engine_(running), nothing_listens_(std::move(nothing_listens)) {
    tell_ready();
    if (const auto interval = platform::watchdog_interval()) {
        watchdog_.emplace(*interval, [this] {
            engine_.ask_workers(
                // One that is missed does no harm, and a worker has no time to wait.
                [this] { platform::tell_supervisor("WATCHDOG=1\nSTATUS=" + status(), {}); });
        });
    }
}

void supervision::reload_begins() { platform::tell_supervisor_of_reload(); }

void supervision::reload_ended() { tell_ready(); }

void supervision::stops() {
    stopping_ = true;
    platform::tell_supervisor("STOPPING=1\nSTATUS=" + status(), platform::supervisor_patience);
}

void supervision::tell_ready() {
    ports_ = engine_.listeners().size();
    platform::tell_supervisor("READY=1\nSTATUS=" + status(), platform::supervisor_patience);
}

std::string supervision::status() const {
    const auto sessions = counted(engine_.sessions(), "session");
    if (stopping_) {
        return "stops; " + sessions + " still to end";
    }
    return ports_ == 0 ? nothing_listens_ : counted(ports_, "port") + ", " + sessions;
}

} // namespace plug
