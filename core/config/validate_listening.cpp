#include "core/config/validate_parts.hpp"

#include "core/config/overlap.hpp"
#include "platform/interfaces.hpp"

#include <algorithm>
#include <map>

namespace plug {

namespace {

using problems = std::vector<problem>;

void check_listen(problems& found, const listen_address& listen) {
    if (listen.host && is_group_or_broadcast(*listen.host)) {
        found.push_back({listen.host->to_string(),
                         "is a multicast or broadcast address; listen on one of this machine's "
                         "own addresses"});
    }
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

void check_loops(problems& found, const plug_config& plug, const listen_address& listen) {
    for (const auto& destination : destinations(plug)) {
        if (destination.numeric && leads_back(listen, *destination.numeric, destination.port)) {
            found.push_back({to_text(destination),
                             "is this plug's own listening address; name another address or "
                             "port"});
        }
    }
}

/// A check at the plug's own port would find the plug, whatever has become of the target.
void check_own_checks(problems& found, const plug_config& plug, const listen_address& listen) {
    for (const auto& target : plug.targets) {
        const auto& check = target.check ? target.check : plug.check;
        if (check && check->port && check->kind != check_kind::command && !plug.via &&
            target.where.numeric && leads_back(listen, *target.where.numeric, *check->port)) {
            found.push_back(
                {to_text(target.where), "has a check at this plug's own listening address, port " +
                                            std::to_string(*check->port) + "; name another port"});
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

void check_listeners(std::vector<problem>& found, const plug_config& plug) {
    if (plug.listen.empty()) {
        found.push_back({"listen", "is missing; write the port to listen on"});
    }
    for (const auto& listen : plug.listen) {
        check_listen(found, listen);
    }
}

void check_numeric_sources(std::vector<problem>& found, const plug_config& plug) {
    for (const auto& listen : plug.listen) {
        if (const auto source = parse_address(listen.outgoing)) {
            check_families(found, plug, listen.outgoing, {*source});
        }
    }
}

void check_overlaps(std::vector<problem>& found, const configuration& config) {
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

void check_on_this_machine(std::vector<problem>& found, const plug_config& plug) {
    for (const auto& listen : plug.listen) {
        check_loops(found, plug, listen);
        check_own_checks(found, plug, listen);
        if (!listen.outgoing.empty()) {
            check_outgoing(found, plug, listen.outgoing);
        }
    }
}

} // namespace plug
