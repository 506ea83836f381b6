#include "core/config/validate.hpp"

#include "platform/interfaces.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace plug {

namespace {

using namespace std::chrono_literals;
using problems = std::vector<problem>;

constexpr auto ten_years = std::chrono::hours(24 * 3650);

template <typename Duration>
void check_duration(problems& found, const char* where, Duration value, Duration least,
                    Duration most, const char* range) {
    if (value < least || value > most) {
        found.push_back({where, std::string("is out of range: ") + range});
    }
}

bool is_group_or_broadcast(const address& host) {
    return host.is_multicast() ||
           (host.is_v4() && host.to_v4() == boost::asio::ip::address_v4::broadcast());
}

void check_listen(problems& found, const listen_address& listen) {
    if (listen.host && is_group_or_broadcast(*listen.host)) {
        found.push_back({listen.host->to_string(),
                         "is a multicast or broadcast address; listen on one of this machine's "
                         "own addresses"});
    }
}

/// Judges a target, or the HTTPS proxy, as something to connect to.
void check_destination(problems& found, const host_port& destination, bool names_allowed,
                       const char* advice) {
    const auto& host = destination.numeric;
    if (!host && !names_allowed) {
        found.push_back({to_text(destination), advice});
    }
    if (host && (host->is_unspecified() || is_group_or_broadcast(*host))) {
        found.push_back({to_text(destination), "is not the address of one host, such as 10.0.0.1"});
    }
}

bool takes_clients(const target_config& target) { return !target.backup && target.weight > 0; }

/// The source hash knows targets by their names.
void check_names_differ(problems& found, const plug_config& plug) {
    std::set<std::string> names;
    for (const auto& target : plug.targets) {
        if (!names.insert(target.label()).second) {
            found.push_back({to_text(target.where), "is there twice, and source-hash cannot tell "
                                                    "the two apart; name them differently"});
        }
    }
}

void check_checks(problems& found, const plug_config& plug) {
    if (plug.check) {
        if (auto fault = fault_of(*plug.check); !fault.empty()) {
            found.push_back({"check", std::move(fault)});
        }
    }
    for (const auto& target : plug.targets) {
        auto fault = target.check ? fault_of(*target.check) : "";
        if (!fault.empty()) {
            found.push_back({to_text(target.where), "has a faulty check: " + fault});
        }
    }
}

void check_targets(problems& found, const plug_config& plug) {
    if (plug.targets.empty()) {
        found.push_back({"targets", "are missing; name at least one, such as 10.0.0.1:443"});
    }
    for (const auto& configured : plug.targets) {
        const auto& target = configured.where;
        check_destination(found, target, plug.resolve_names || plug.via,
                          "is a name, and a spoofed DNS answer must not redirect a plug; write the "
                          "address in numbers, or allow names with --resolve (3.0)");
        // Without a listener there is no port that a target could have taken over.
        if (target.port == 0 && !plug.listen.empty()) {
            found.push_back({to_text(target), "has no port; write one from 1 to 65535"});
        }
        if (configured.weight > highest_weight) {
            found.push_back({to_text(target), "has a weight out of range: 0 to 1000"});
        }
    }
    if (!plug.targets.empty() && std::ranges::none_of(plug.targets, takes_clients)) {
        found.push_back({"the targets",
                         "take no clients: each is a backup or has the weight 0; leave "
                         "one as a common target"});
    }
    if (plug.policy == policy::source_hash) {
        check_names_differ(found, plug);
    }
}

bool has_control_character(const std::string& text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; });
}

void check_via(problems& found, const https_proxy_config& via, bool resolve_names) {
    check_destination(found, via.server, resolve_names,
                      "is a name, and a spoofed DNS answer must not redirect a plug; write the "
                      "address of the HTTPS proxy in numbers, or allow names with --resolve (3.0)");
    if (via.server.port == 0) {
        found.push_back({to_text(via.server), "has no port; write one from 1 to 65535"});
    }
    if (has_control_character(via.credentials)) {
        found.push_back({"via", "takes no control characters in user and password (RFC 7617)"});
    }
    check_duration(found, "via-timeout", via.reply_timeout, {1ms}, {24h}, "1ms to 1d");
}

/// Where the plug's connections go to: its targets, or the HTTPS proxy in front of them.
std::vector<host_port> destinations(const plug_config& plug) {
    std::vector<host_port> found;
    if (plug.via) {
        found.push_back(plug.via->server);
        return found;
    }
    for (const auto& target : plug.targets) {
        found.push_back(target.where);
    }
    return found;
}

/// Tells where the outgoing address and a destination are not of one family.
void check_families(problems& found, const plug_config& plug, const std::string& outgoing,
                    const std::vector<address>& sources) {
    for (const auto& destination : destinations(plug)) {
        const auto fits = [&](const address& source) {
            return source.is_v4() == destination.numeric->is_v4();
        };
        if (destination.numeric && std::none_of(sources.begin(), sources.end(), fits)) {
            found.push_back({to_text(destination), "cannot be reached from the source " + outgoing +
                                                       ": one is IPv4, the "
                                                       "other IPv6; both must be of one family"});
        }
    }
}

void check_numeric_sources(problems& found, const plug_config& plug) {
    for (const auto& listen : plug.listen) {
        if (const auto source = parse_address(listen.outgoing)) {
            check_families(found, plug, listen.outgoing, {*source});
        }
    }
}

void check_limits(problems& found, const session_limits& limits) {
    const auto check = [&](const char* where,
                           const std::optional<std::chrono::milliseconds>& limit) {
        if (limit) {
            check_duration(found, where, *limit, {1ms}, {ten_years}, "1ms to 10 years");
        }
    };
    check("idle-timeout", limits.idle);
    check("half-closed-timeout", limits.half_closed);
    check("max-session-age", limits.age);
    if (!(limits.age_jitter >= 0 && limits.age_jitter <= 1)) {
        found.push_back({"max-session-age-jitter", "is out of range: 0% to 100%"});
    }
}

void check_room(problems& found, const plug_config& plug) {
    const auto is_wrong = [](const std::optional<std::uint32_t>& limit) {
        return limit && (*limit < 1 || *limit > most_connections);
    };
    constexpr auto* range = "is out of range: 1 to 10000000 connections";
    if (is_wrong(plug.max_connections)) {
        found.push_back({"max-connections", range});
    }
    for (const auto& target : plug.targets) {
        if (is_wrong(target.max_connections)) {
            found.push_back(
                {to_text(target.where), std::string("has max-connections that ") + range});
        }
    }
    if (plug.queue.capacity > most_waiting) {
        found.push_back({"queue-capacity", "is out of range: 0 to 1000000 clients"});
    }
    check_duration(found, "queue-timeout", plug.queue.timeout, {1ms}, {24h}, "1ms to 1d");
}

void check_plug(problems& found, const plug_config& plug) {
    if (plug.listen.empty()) {
        found.push_back({"listen", "is missing; write the port to listen on"});
    }
    for (const auto& listen : plug.listen) {
        check_listen(found, listen);
    }
    check_targets(found, plug);
    check_checks(found, plug);
    if (plug.via) {
        check_via(found, *plug.via, plug.resolve_names);
    }
    check_numeric_sources(found, plug);
    check_duration(found, "sticky-timeout", plug.affinity.timeout, {1s}, {ten_years},
                   "1s to 10 years");
    if (plug.affinity.capacity < 1 || plug.affinity.capacity > 10'000'000) {
        found.push_back({"sticky-capacity", "is out of range: 1 to 10000000 clients"});
    }
    if (plug.retry) {
        check_duration(found, "retry", *plug.retry, {1ms}, {ten_years}, "1ms to 10 years");
    }
    check_duration(found, "connect-timeout", plug.connect_timeout, {1ms}, {24h}, "1ms to 1d");
    if (plug.weigh_connect_time && plug.policy != policy::random_two) {
        found.push_back({"weigh-connect-time", "means nothing without the policy random-two; set "
                                               "that, or leave it out"});
    }
    check_duration(found, "slow-start", plug.slow_start, {0ms}, {24h}, "0s to 1d");
    check_room(found, plug);
    check_limits(found, plug.limits);
}

void check_process(problems& found, const configuration& config) {
    if (config.threads && (*config.threads < 1 || *config.threads > most_threads)) {
        found.push_back({"threads", "is out of range: 1 to 256"});
    }
    if (config.grace) {
        check_duration(found, "grace", *config.grace, {0ms}, {ten_years}, "0s to 10 years");
    }
    check_duration(found, "spin", config.spin, {0us}, {10ms}, "0us to 10ms");
}

/// Tells of each listening address that an earlier one has taken already.
void check_overlaps(problems& found, const configuration& config) {
    struct taken {
        const listen_address* listen;
        const plug_config* plug;
    };
    std::map<std::uint16_t, std::vector<taken>> by_port;
    for (const auto& plug : config.plugs) {
        for (const auto& listen : plug.listen) {
            auto& earlier = by_port[listen.port];
            const auto same = std::find_if(earlier.begin(), earlier.end(), [&](const taken& one) {
                return overlap(*one.listen, listen);
            });
            if (same != earlier.end()) {
                found.push_back({"listen " + to_text(listen),
                                 "is taken already, by " + to_text(*same->listen) + " of plug " +
                                     same->plug->name + "; name another address or port",
                                 plug.name});
            }
            earlier.push_back({&listen, &plug});
        }
    }
}

/// Sets the plug of the problems that were found since there were `before` of them.
void name_plug(problems& found, std::size_t before, const plug_config& plug) {
    for (; before < found.size(); ++before) {
        found[before].plug = plug.name;
    }
}

/// Whether a connection to `destination` would come back to `listen`.
bool is_own_listener(const listen_address& listen, const host_port& destination) {
    if (!destination.numeric || destination.port != listen.port || !listen.passed_name.empty()) {
        return false;
    }
    const auto& target = *destination.numeric;
    if (!listen.host) {
        return platform::is_local_address(target);
    }
    if (listen.host->is_unspecified()) { // one family alone
        return listen.host->is_v4() == target.is_v4() && platform::is_local_address(target);
    }
    return *listen.host == target;
}

void check_loops(problems& found, const plug_config& plug, const listen_address& listen) {
    for (const auto& destination : destinations(plug)) {
        if (is_own_listener(listen, destination)) {
            found.push_back({to_text(destination),
                             "is this plug's own listening address; name another address or "
                             "port"});
        }
    }
}

void check_outgoing(problems& found, const plug_config& plug, const std::string& outgoing) {
    if (const auto source = parse_address(outgoing)) {
        // The routing table answers for a link-local address only together with its interface.
        const bool link_local = source->is_v6() && source->to_v6().is_link_local();
        if (!link_local && !platform::is_local_address(*source)) {
            found.push_back({outgoing, "is not an address of this machine, so nothing can be sent "
                                       "from it"});
        }
        return;
    }
    const auto sources = platform::addresses_of_interface(outgoing);
    if (sources.empty()) {
        found.push_back({outgoing, "is no network interface of this machine, or has no address; "
                                   "write an address or an interface, such as eth0"});
        return;
    }
    check_families(found, plug, outgoing, sources);
}

} // namespace

std::vector<problem> validate_values(const configuration& config) {
    problems found;
    for (const auto& plug : config.plugs) {
        const auto before = found.size();
        check_plug(found, plug);
        name_plug(found, before, plug);
    }
    check_overlaps(found, config);
    check_process(found, config);
    return found;
}

bool overlap(const listen_address& one, const listen_address& other) noexcept {
    if (!one.passed_name.empty() || !other.passed_name.empty()) {
        return one.passed_name == other.passed_name;
    }
    if (!one.host || !other.host) {
        return true;
    }
    const bool everywhere = one.host->is_unspecified() || other.host->is_unspecified();
    return *one.host == *other.host || (everywhere && one.host->is_v4() == other.host->is_v4());
}

std::vector<problem> validate(const configuration& config) {
    auto found = validate_values(config);
    for (const auto& plug : config.plugs) {
        const auto before = found.size();
        for (const auto& listen : plug.listen) {
            check_loops(found, plug, listen);
            if (!listen.outgoing.empty()) {
                check_outgoing(found, plug, listen.outgoing);
            }
        }
        name_plug(found, before, plug);
    }
    return found;
}

} // namespace plug
