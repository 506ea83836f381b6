#include "core/engine.hpp"

#include "core/monitor/report_escaped.hpp"
#include "core/plug_runtime.hpp"
#include "core/session/census.hpp"
#include "core/session/listener.hpp"
#include "core/session/name_resolver.hpp"
#include "core/worker.hpp"
#include "platform/interfaces.hpp"
#include "platform/limits.hpp"
#include "platform/processors.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace plug {

namespace {

/// How long names may take to be resolved before the plug starts without their addresses.
constexpr std::chrono::seconds start_patience{5};

/// Descriptors for everything but sessions: logs, listeners, epoll sets, pipes.
constexpr std::uint64_t descriptors_kept = 64;
constexpr std::uint64_t descriptors_per_session = 2;

std::uint64_t most_sessions(std::uint64_t listeners) {
    const auto limit = platform::raise_descriptor_limit();
    if (limit == 0) {
        return std::numeric_limits<std::uint64_t>::max();
    }
    const auto kept = std::min(limit / 4 * 3, descriptors_kept + listeners);
    return std::max<std::uint64_t>(1, (limit - kept) / descriptors_per_session);
}

unsigned thread_count(const configuration& config) {
    return config.threads.value_or(std::min(platform::usable_processors(), most_threads));
}

std::uint64_t listener_count(const configuration& config) {
    std::uint64_t count = 0;
    for (const auto& plug : config.plugs) {
        count += plug.listen.size();
    }
    return count * thread_count(config);
}

outgoing_addresses resolve_outgoing(const std::string& written) {
    outgoing_addresses found;
    if (written.empty()) {
        return found;
    }
    const auto numeric = parse_address(written);
    const auto addresses =
        numeric ? std::vector<address>{*numeric} : platform::addresses_of_interface(written);
    for (const auto& candidate : addresses) {
        auto& slot = candidate.is_v4() ? found.v4 : found.v6;
        if (!slot) {
            slot = candidate;
        }
    }
    return found;
}

start_failure listen_failure(const listen_address& where, const platform::error_code& error) {
    namespace errc = boost::system::errc;
    start_failure failure;
    const auto shown = where.host ? to_text(platform::endpoint(*where.host, where.port))
                                  : "port " + std::to_string(where.port);
    failure.message = "cannot listen on " + shown + ": " + error.message();
    if (error == errc::address_in_use) {
        failure.what = start_failure::kind::address_in_use;
    } else if (error == errc::permission_denied || error == errc::operation_not_permitted) {
        failure.what = start_failure::kind::permission;
    }
    return failure;
}

} // namespace

struct engine::implementation {
    implementation(configuration configured, event_sink& sink)
        : config(std::move(configured)), events(sink), resolver(sink),
          counted(most_sessions(listener_count(config))) {}

    std::optional<start_failure> open_listener(const std::shared_ptr<plug_runtime>& plug,
                                               const listen_address& where);
    void resolve_names();
    void start_listeners();
    void begin_drain();
    void for_each_worker(const std::function<void(worker&)>& act);

    configuration config;
    event_sink& events;
    name_resolver resolver;
    census counted;
    std::vector<std::unique_ptr<worker>> workers;
    std::vector<std::shared_ptr<plug_runtime>> plugs;

    struct placed_listener {
        std::shared_ptr<listener> accepting;
        worker* home;
    };
    std::vector<placed_listener> listeners;
    std::vector<std::shared_ptr<const listener_label>> labels;
    bool draining = false;
};

engine::engine(configuration config, event_sink& events)
    : implementation_(std::make_unique<implementation>(std::move(config), events)) {}

engine::~engine() {
    auto& self = *implementation_;
    self.for_each_worker([](worker& each) { each.finish(); });
    for (auto& each : self.workers) {
        each->join();
    }
    self.listeners.clear(); // their sockets belong to the workers' contexts
}

std::optional<start_failure> engine::open() {
    auto& self = *implementation_;
    const platform::network_options options{self.config.spin, [&self](platform::error_code error) {
                                                self.events.publish(bytes_copied{error});
                                            }};
    for (unsigned index = 0; index < thread_count(self.config); ++index) {
        self.workers.push_back(std::make_unique<worker>(self.counted, options));
    }
    for (const auto& configured : self.config.plugs) {
        auto plug = std::make_shared<plug_runtime>(configured, self.events, &self.resolver);
        for (const auto& where : configured.listen) {
            if (auto failure = self.open_listener(plug, where)) {
                self.listeners.clear();
                return failure;
            }
        }
        self.plugs.push_back(std::move(plug));
    }
    self.resolve_names();
    return std::nullopt;
}

std::optional<start_failure>
engine::implementation::open_listener(const std::shared_ptr<plug_runtime>& plug,
                                      const listen_address& where) {
    std::vector<platform::network*> networks;
    for (const auto& each : workers) {
        networks.push_back(&each->network());
    }
    platform::listen_options options;
    options.keepalive = plug->conf.keepalive;
    options.dual_stack = !where.host.has_value();
    platform::error_code error;
    const address everywhere = boost::asio::ip::address_v6::any();
    auto opened = platform::open_acceptors({where.host.value_or(everywhere), where.port}, options,
                                           networks, error);
    if (error == boost::system::errc::address_family_not_supported && !where.host) {
        // IPv6 is off on this system.
        options.dual_stack = false;
        opened = platform::open_acceptors({boost::asio::ip::address_v4::any(), where.port}, options,
                                          networks, error);
    }
    if (error) {
        return listen_failure(where, error);
    }
    auto label = std::make_shared<const listener_label>(
        listener_label{plug->conf.name, where.host ? where.host->to_string() : std::string{},
                       opened.front().socket.local().port()});
    const auto shared =
        std::make_shared<const listening>(listening{plug, label, resolve_outgoing(where.outgoing)});
    labels.push_back(std::move(label));
    for (auto& placed : opened) {
        auto& home = *workers[placed.worker];
        listeners.push_back(
            {std::make_shared<listener>(std::move(placed.socket), shared, home, std::span(workers)),
             &home});
    }
    return std::nullopt;
}

void engine::implementation::resolve_names() {
    for (const auto& plug : plugs) {
        if (!plug->conf.resolve_names) {
            continue;
        }
        if (plug->proxy() != nullptr) {
            if (plug->proxy()->is_name()) {
                resolver.ask(plug->proxy(), plug->conf.name);
            }
            continue; // the proxy resolves the targets
        }
        for (std::uint32_t index = 0; index < plug->target_count(); ++index) {
            if (plug->target(index)->is_name()) {
                resolver.ask(plug->target(index), plug->conf.name);
            }
        }
    }
    resolver.wait(std::chrono::steady_clock::now() + start_patience);
}

void engine::run(std::function<void()> listeners_closed, std::function<void()> ended) {
    auto& self = *implementation_;
    self.counted.on_listeners_closed(std::move(listeners_closed));
    self.counted.on_ended(std::move(ended));
    self.counted.listener_begins(); // the engine's own, given back by drain()
    self.start_listeners();
    for (auto& each : self.workers) {
        each->start(report_escaped{self.events, "run a worker"});
    }
    for (const auto& label : self.labels) {
        self.events.publish(plug_started{label});
    }
}

void engine::implementation::start_listeners() {
    for (const auto& placed : listeners) {
        placed.home->spawn(listener::run(placed.accepting),
                           report_escaped{events, "accept clients"});
    }
}

void engine::implementation::for_each_worker(const std::function<void(worker&)>& act) {
    for (auto& each : workers) {
        act(*each);
    }
}

void engine::drain() {
    auto& self = *implementation_;
    if (!std::exchange(self.draining, true)) {
        self.begin_drain();
    }
}

void engine::implementation::begin_drain() {
    events.publish(plug::draining{counted.sessions()});
    for (const auto& placed : listeners) {
        placed.home->post([stopped = placed.accepting] { stopped->stop(); });
    }
    if (config.grace) {
        const auto told = [this](std::size_t count) {
            if (count > 0) {
                events.publish(sessions_cut{count});
            }
        };
        for_each_worker([&](worker& each) {
            each.spawn(each.cut_sessions_after(*config.grace, told),
                       report_escaped{events, "cut the sessions"});
        });
    }
    counted.listener_ends();
}

void engine::stop_now() {
    drain();
    auto& self = *implementation_;
    self.for_each_worker([&self](worker& each) {
        each.post([&self, &each] {
            each.cut_sessions([&self](std::size_t count) {
                if (count > 0) {
                    self.events.publish(sessions_cut{count});
                }
            });
        });
    });
}

std::uint64_t engine::sessions() const noexcept { return implementation_->counted.sessions(); }

std::vector<listener_label> engine::listeners() const {
    std::vector<listener_label> all;
    for (const auto& label : implementation_->labels) {
        all.push_back(*label);
    }
    return all;
}

} // namespace plug
