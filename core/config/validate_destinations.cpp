#include "core/config/validate_parts.hpp"

#include "core/config/overlap.hpp"

#include <algorithm>
#include <set>

namespace plug {

namespace {

using problems = std::vector<problem>;

/// Judges a target, or the HTTPS proxy, as something to connect to.
void check_destination(problems& found, const host_port& destination, bool names_allowed,
                       const char* advice) {
    const auto& host = destination.numeric;
    if (!host && !names_allowed) {
        found.push_back({to_text(destination), advice});
    }
    if (host && !is_one_host(*host)) {
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
        if (!target_config::weights.hold(configured.weight)) {
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
    if (!https_proxy_config::reply_timeouts.hold(via.reply_timeout)) {
        found.push_back({"via", "waits for an answer of the proxy from 1ms to 1d"});
    }
}

} // namespace

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

bool is_group_or_broadcast(const address& host) {
    return host.is_multicast() ||
           (host.is_v4() && host.to_v4() == boost::asio::ip::address_v4::broadcast());
}

void check_destinations(std::vector<problem>& found, const plug_config& plug) {
    check_targets(found, plug);
    check_checks(found, plug);
    if (plug.via) {
        check_via(found, *plug.via, plug.resolve_names);
    }
}

} // namespace plug
