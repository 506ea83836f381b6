// One plug on one worker over the scripted transport, and a sink that keeps every event.
#pragma once

#include "core/plug/name_resolver.hpp"
#include "core/session/session.hpp"
#include "tests/support/transport/scripted_transport.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace plug::testing {

class recording_sink : public event_sink {
public:
    void publish(event happened) noexcept override {
        all.push_back(std::move(happened));
        if (on_event) {
            on_event(all.back());
        }
    }
    [[nodiscard]] bool wants_sessions() const noexcept override { return sessions; }

    template <typename Kind> [[nodiscard]] std::vector<Kind> of() const {
        std::vector<Kind> found;
        for (const auto& each : all) {
            if (const auto* const kind = std::get_if<Kind>(&each)) {
                found.push_back(*kind);
            }
        }
        return found;
    }

    std::vector<event> all;
    std::function<void(const event&)> on_event;
    bool sessions = true;
};

inline endpoint at(const std::string& host, std::uint16_t port) {
    return {boost::asio::ip::make_address(host), port};
}

/// The address of target number `index` of a scripted plug, and of its HTTPS proxy.
inline endpoint target_address(std::uint16_t index) {
    return at("10.0.0." + std::to_string(index + 1), 80);
}
inline const endpoint proxy_address = at("10.9.9.9", 3128);
inline const endpoint client_address = at("192.0.2.1", 5000);

inline host_port numeric(const endpoint& where) {
    return {where.address().to_string(), where.port(), where.address()};
}

inline plug_config config_with(std::uint16_t targets) {
    plug_config made;
    made.name = "web";
    for (std::uint16_t index = 0; index < targets; ++index) {
        made.targets.push_back(numeric(target_address(index)));
    }
    return made;
}

inline plug_config config_limited_by(const session_limits& limits) {
    auto made = config_with(1);
    made.limits = limits;
    return made;
}

inline plug_config config_via_proxy(std::uint16_t targets) {
    auto made = config_with(targets);
    made.via = https_proxy_config{numeric(proxy_address), "", std::chrono::seconds(10)};
    return made;
}

/// Nothing runs between the calls of a test: start(), settle() and advance() move everything.
class scripted_plug {
public:
    explicit scripted_plug(plug_config config)
        : plug(std::make_shared<plug_runtime>(std::move(config), events, &resolver)),
          where(std::make_shared<listening>(
              plug, std::make_shared<const listener_label>(listener_label{"web", "", 8080}),
              outgoing_addresses{})) {
        counted.on_listeners_closed([this] { ++times_closed; });
        counted.on_ended([this] { ++times_ended; });
    }

    ~scripted_plug() { // whatever still waits lives in the worker's context
        runner.cut_sessions([](std::size_t) {});
        net.advance(std::chrono::minutes(1));
    }

    /// A client arrives; gives its remote end. Runs until nothing moves without the clock.
    std::shared_ptr<far_end> start(const endpoint& client = client_address) {
        auto remote = std::make_shared<far_end>(far_end{client});
        session::begin(std::make_unique<session>(where, runner, net.accepted(remote)));
        net.settle();
        return remote;
    }

    /// Ends the relay of the only session that runs.
    void end_relay(const platform::relay_result& result = {}) {
        net.relays.front()->end(result);
        net.settle();
    }

    /// The records of the sessions that have ended.
    [[nodiscard]] std::vector<session_record> records() const {
        std::vector<session_record> found;
        for (auto& each : events.of<session_ended>()) {
            found.push_back(each.record);
        }
        return found;
    }

    [[nodiscard]] std::uint32_t connections() const {
        std::uint32_t sum = 0;
        for (std::uint32_t index = 0; index < plug->targets.size(); ++index) {
            sum += plug->targets.connections(index);
        }
        return sum;
    }

    /// Where connects went, by the last number of the address: "1 2 3".
    [[nodiscard]] std::string route() const {
        std::string all;
        for (const auto& each : net.connects) {
            const auto shown = each->address.address().to_string();
            all += (all.empty() ? "" : " ") + shown.substr(shown.rfind('.') + 1);
        }
        return all;
    }

    recording_sink events;
    name_resolver resolver{events};
    census counted{1000};
    worker runner{counted, {}};
    platform::network::state& net = runner.network().self();
    std::shared_ptr<plug_runtime> plug;
    std::shared_ptr<listening> where;
    int times_closed = 0;
    int times_ended = 0;
};

/// The remote ends of `targets` do not accept: their connects end in `how`, or are not answered.
inline void fail_connects(scripted_plug& scripted, std::vector<endpoint> targets,
                          std::optional<error_code> how) {
    scripted.net.on_connect = [targets = std::move(targets), how](far_end& remote) {
        for (const auto& each : targets) {
            if (remote.address == each) {
                remote.answer = how;
            }
        }
    };
}

inline const error_code refused = make_error_code(boost::asio::error::connection_refused);
inline const error_code no_descriptor = make_error_code(boost::system::errc::too_many_files_open);

} // namespace plug::testing
