#include "core/engine/live_check.hpp"

#include "core/config/overlap.hpp"
#include "core/engine/bound_address.hpp"
#include "core/engine/capacity.hpp"
#include "core/plug/connector.hpp"
#include "core/plug/name_resolver.hpp"
#include "core/plug/worker.hpp"
#include "platform/local_ports.hpp"

#include <algorithm>
#include <array>
#include <latch>
#include <limits>
#include <memory>
#include <utility>

namespace plug {

namespace {

using verdict = finding::verdict;

constexpr std::chrono::seconds patience_with_names{10};

/// So many targets are tried at once.
constexpr std::size_t most_attempts = 64;

/// Fewer sessions than these are soon there.
constexpr std::uint64_t comfortable_sessions = 1000;

/// What the resolver tells is told by the finding about the name.
class deaf_sink final : public event_sink {
public:
    void publish(event) noexcept override {}
};

/// One target, and the way to it that the sessions of the first listener take.
struct probe {
    route way;
    std::shared_ptr<destination> target;
    finding found;
};

/// What is looked at for one plug.
struct plug_check {
    std::vector<finding> listeners;
    /// Null = targets are reached directly.
    std::shared_ptr<destination> proxy;
    /// Those that we resolve ourselves: the HTTPS proxy resolves those of its targets.
    std::vector<std::shared_ptr<destination>> names;
    std::vector<probe> probes;
};

using platform::process_name;

std::string held_by(const std::optional<process_name>& holder) {
    if (!holder) {
        return {};
    }
    const auto id = std::to_string(holder->id);
    return holder->name.empty() ? ", by process " + id
                                : ", by " + holder->name + " (process " + id + ")";
}

/// What `running` has there, so that a reload keeps it or lets it make way. Unset = nothing, or
/// another process is in the way too.
std::optional<listen_address> held_already(const listen_address& where,
                                           const std::optional<process_name>& holder,
                                           const running_plug& running) {
    for (const auto& held : running.addresses) {
        const bool is_same = held.host == where.host;
        const bool is_alone = !holder || holder->id == running.process;
        if (held.port == where.port && (is_same || (is_alone && overlap(held, where)))) {
            return held;
        }
    }
    return std::nullopt;
}

/// What to say of an address that is in use.
void look_at_holder(finding& found, const listen_address& where, const running_plug& running) {
    const auto holder = platform::listening_process(
        {where.host.value_or(boost::asio::ip::address_v6::any()), where.port});
    if (const auto held = held_already(where, holder, running)) {
        const auto as = held->host == where.host ? "" : ", as " + to_text(*held);
        found.outcome = "is held by the plug that runs" + as;
        return;
    }
    found.judged = verdict::wrong;
    found.outcome =
        "is in use" + held_by(holder) + (running.unknown.empty() ? "" : "; " + running.unknown);
}

finding check_listener(const plug_config& plug, const listen_address& where,
                       bound_address::workers home, const running_plug& running) {
    finding found{verdict::good, plug.name, "listen " + to_text(where), "is free"};
    if (!where.passed_name.empty()) {
        found.outcome = "comes from the supervisor";
        return found;
    }
    std::optional<start_failure> failure;
    bound_address::open(where, plug.keepalive, home, failure); // and closes it again
    if (failure && failure->what == start_failure::kind::address_in_use) {
        look_at_holder(found, where, running);
    } else if (failure) {
        found.judged = verdict::wrong;
        found.outcome = "is refused; " + failure->message;
    }
    return found;
}

/// What is known of a name after the resolver was asked.
finding check_name(const plug_config& plug, const destination& where) {
    finding found{verdict::good, plug.name, "name " + where.configured().host, "is"};
    const auto addresses = where.addresses();
    if (addresses->empty()) {
        found.judged = verdict::wrong;
        found.outcome = "cannot be resolved: " + where.why_unresolved().why;
    }
    for (const auto& one : *addresses) {
        found.outcome += (&one == addresses->data() ? " " : ", ") + one.address().to_string();
    }
    return found;
}

plug_check begin_check(const plug_config& plug, bound_address::workers home,
                       const running_plug& running) {
    plug_check made;
    for (const auto& where : plug.listen) {
        made.listeners.push_back(check_listener(plug, where, home, running));
    }
    route way;
    way.outgoing = resolve_outgoing(plug.listen.front().outgoing);
    way.keepalive = plug.keepalive;
    way.connect_timeout = plug.connect_timeout;
    if (plug.via) {
        made.proxy = std::make_shared<destination>(plug.via->server);
        made.names.push_back(made.proxy);
        way.proxy = made.proxy.get();
        way.via = &*plug.via;
    }
    for (const auto& target : plug.targets) {
        auto where = std::make_shared<destination>(target.where);
        if (!plug.via) {
            made.names.push_back(where);
        }
        finding found{verdict::wrong, plug.name, "target " + *where->label(), ""};
        made.probes.push_back({way, std::move(where), std::move(found)});
    }
    std::erase_if(made.names, [](const auto& one) { return !one->is_name(); });
    for (const auto& name : made.names) {
        name->guard_with(guard_against_loops(plug.listen));
    }
    return made;
}

/// Goes through `probes` from `next` on, as others do.
platform::task<void> run_probes(std::vector<probe*>& probes, std::size_t& next,
                                platform::network& network) {
    while (next < probes.size()) {
        auto& one = *probes[next++];
        platform::connection made;
        race_slot race; // nobody ends it
        const auto began = network.now();
        const auto came_to = co_await reach(one.way, *one.target, made, race, network);
        if (came_to.what != attempt::outcome::connected) {
            one.found.outcome =
                "cannot be reached: " + (came_to.reason.empty() ? came_to.action : came_to.reason);
            continue;
        }
        const auto taken = std::chrono::ceil<std::chrono::milliseconds>(network.now() - began);
        one.found.judged = verdict::good;
        one.found.outcome = "answers within " + std::to_string(taken.count()) + " ms";
        made.close();
    }
}

/// Connects to all targets, and returns when each was reached, or not.
void reach_all(std::vector<plug_check>& plugs, worker& home) {
    std::vector<probe*> all;
    for (auto& plug : plugs) {
        for (auto& each : plug.probes) {
            all.push_back(&each);
        }
    }
    std::size_t next = 0;
    const auto lanes = std::min(most_attempts, all.size());
    std::latch ended(static_cast<std::ptrdiff_t>(lanes));
    home.start([](std::exception_ptr) {});
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        home.spawn(run_probes(all, next, home.network()),
                   [&ended](std::exception_ptr) { ended.count_down(); });
    }
    ended.wait();
    home.finish();
    home.join();
}

/// The most sessions that targets with limits let a plug have, together with those that wait for
/// one; nothing = there is no limit.
std::optional<std::uint64_t> most_sessions_of(const plug_config& plug) {
    std::uint64_t most = 0;
    for (const auto& target : plug.targets) {
        const auto limit = target.max_connections ? target.max_connections : plug.max_connections;
        if (!limit) {
            return std::nullopt;
        }
        most += *limit;
    }
    return most + plug.queue.capacity;
}

finding check_descriptors(const configuration& config) {
    const auto room = most_sessions(config);
    finding found{verdict::good, {}, "descriptors", "have no limit"};
    if (room == std::numeric_limits<std::uint64_t>::max()) {
        return found;
    }
    std::uint64_t needed = 0;
    bool is_limited = true;
    for (const auto& plug : config.plugs) {
        const auto most = most_sessions_of(plug);
        is_limited = is_limited && most.has_value();
        needed += most.value_or(0);
    }
    found.outcome = "allow " + std::to_string(room) + " sessions at once";
    if (is_limited && needed > room) {
        found.outcome += "; the limits of the targets allow " + std::to_string(needed);
    }
    if ((is_limited && needed > room) || (!is_limited && room < comfortable_sessions)) {
        found.judged = verdict::doubtful;
        found.outcome += "; raise the limit of open files of the process";
    }
    return found;
}

/// Targets are told apart by address and port, the HTTPS proxy is one and the same for all of them.
std::uint64_t most_to_one_endpoint(const plug_config& plug) {
    if (plug.via) {
        return most_sessions_of(plug).value_or(0);
    }
    std::uint64_t most = 0;
    for (const auto& target : plug.targets) {
        most = std::max<std::uint64_t>(
            most, target.max_connections.value_or(plug.max_connections.value_or(0)));
    }
    return most;
}

finding check_ports(const configuration& config) {
    const auto known = platform::read_ephemeral_ports();
    const auto ports = known.count();
    finding found{verdict::good, {}, "ephemeral ports", "are not told by this system"};
    if (ports == 0) {
        return found;
    }
    const auto new_ones = ports / static_cast<std::uint32_t>(known.rest.count());
    found.outcome = "allow " + std::to_string(ports) +
                    " sessions at once from one address of this machine to one target, and " +
                    std::to_string(new_ones) + " new ones a second where clients close first";
    for (const auto& plug : config.plugs) {
        if (const auto most = most_to_one_endpoint(plug); most > ports) {
            found.judged = verdict::doubtful;
            found.outcome += "; plug " + plug.name + " may have " + std::to_string(most);
            break;
        }
    }
    return found;
}

} // namespace

std::vector<finding> check_live(const configuration& config, const running_plug& running) {
    deaf_sink sink;
    name_resolver resolver(sink);
    census counted(std::numeric_limits<std::uint64_t>::max());
    const std::array homes{std::make_unique<worker>(counted, platform::network_options{})};
    std::vector<plug_check> plugs;
    for (const auto& configured : config.plugs) {
        plugs.push_back(begin_check(configured, homes, running));
        for (const auto& name : plugs.back().names) {
            resolver.ask(name, configured.name);
        }
    }
    resolver.wait(std::chrono::steady_clock::now() + patience_with_names);
    reach_all(plugs, *homes.front());
    std::vector<finding> all;
    for (std::size_t index = 0; index < plugs.size(); ++index) {
        auto& plug = plugs[index];
        std::ranges::move(plug.listeners, std::back_inserter(all));
        for (const auto& name : plug.names) {
            all.push_back(check_name(config.plugs[index], *name));
        }
        std::ranges::transform(plug.probes, std::back_inserter(all),
                               [](probe& one) { return std::move(one.found); });
    }
    all.push_back(check_descriptors(config));
    all.push_back(check_ports(config));
    return all;
}

} // namespace plug
