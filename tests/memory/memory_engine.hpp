// An engine between peers of the test, on one worker whose memory can be made to fail.
#pragma once

#include "core/engine/engine.hpp"
#include "tests/support/peers/peers.hpp"
#include "tests/support/transport/failing_memory.hpp"

#include <boost/asio/ip/address_v4.hpp>

#include <future>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace plug::test {

/// Keeps every event, with memory that does not fail.
class spared_sink final : public event_sink {
public:
    void publish(event happened) noexcept override {
        const memory_is_spared spared;
        const std::lock_guard lock(mutex_);
        events_.push_back(std::move(happened));
    }

    /// The records of sessions since the last call.
    std::vector<session_record> take_records() {
        const std::lock_guard lock(mutex_);
        std::vector<session_record> found;
        for (const auto& each : std::exchange(events_, {})) {
            if (const auto* const ended = std::get_if<session_ended>(&each)) {
                found.push_back(ended->record);
            }
        }
        return found;
    }

private:
    std::mutex mutex_;
    std::vector<event> events_;
};

/// `address:port` as a target.
inline target_config target_at(const std::string& address) {
    const auto colon = address.rfind(':');
    const auto host = address.substr(0, colon);
    return target_config(host_port{host,
                                   static_cast<std::uint16_t>(std::stoi(address.substr(colon + 1))),
                                   boost::asio::ip::make_address(host)});
}

/// One plug that listens on a port of 127.0.0.1 which the system chooses.
inline configuration one_plug(std::vector<target_config> targets) {
    configuration made;
    made.threads = 1;
    auto& plug = made.plugs.emplace_back();
    plug.name = "web";
    plug.listen.push_back({boost::asio::ip::address_v4::loopback(), 0});
    plug.targets = std::move(targets);
    return made;
}

/// Runs until it is destroyed.
class memory_engine {
public:
    explicit memory_engine(const configuration& config) : engine_(config, events) {
        if (const auto failure = engine_.open()) {
            throw std::runtime_error(failure->message);
        }
        engine_.run([] {},
                    [this] {
                        const memory_is_spared spared;
                        ended_.set_value();
                    });
        wait_for_worker([] { let_memory_fail_here(true); });
    }

    /// Has every session ended, and does a drain end? To be asked once, at the end.
    [[nodiscard]] bool drains() {
        engine_.drain();
        return ended_.get_future().wait_for(patience) == std::future_status::ready;
    }

    /// Calls `act` on the worker's thread, behind what it has to do at this moment.
    template <typename Act> void wait_for_worker(Act act) {
        std::promise<void> came_by;
        engine_.ask_workers([&] {
            const memory_is_spared spared;
            act();
            came_by.set_value();
        });
        came_by.get_future().wait();
    }

    [[nodiscard]] std::uint16_t port() const { return engine_.listeners().front().port; }
    [[nodiscard]] engine& running() noexcept { return engine_; }

    spared_sink events;

private:
    std::promise<void> ended_;
    engine engine_;
};

} // namespace plug::test
