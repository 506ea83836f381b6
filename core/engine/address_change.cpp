#include "core/engine/address_change.hpp"

#include "core/config/overlap.hpp"
#include "core/config/validate_parts.hpp"

#include <map>
#include <utility>

namespace plug {

namespace {

using passed_socket = bound_address::passed_socket;

/// The place in `bound` of an address that nobody has claimed and that serves for `where`, with the
/// socket that it has been passed. A port that the system chose belongs to its plug.
std::optional<std::size_t> find_bound(const std::vector<bound_address>& bound,
                                      const std::vector<bool>& claimed, const listen_address& where,
                                      const passed_socket& passed, const std::string& plug) {
    for (std::size_t place = 0; place < bound.size(); ++place) {
        if (!claimed[place] && bound[place].is_at(where, passed) &&
            (passed || where.port != 0 || bound[place].label()->plug == plug)) {
            return place;
        }
    }
    return std::nullopt;
}

/// Gives the number of the sockets that are in the way. They are of addresses that go, as
/// validate() has seen that none that stays is.
std::size_t make_way(std::vector<bound_address>& bound, const listen_address& where) noexcept {
    std::size_t sockets = 0;
    for (auto& each : bound) {
        if (each.is_in_the_way_of(where)) {
            sockets += each.let_overlap();
        }
    }
    return sockets;
}

/// Of a passed socket validate() did not know where it listens. Says which target of the plug, or
/// its HTTPS proxy, is that address; empty = none.
std::string loop_through(const platform::passed_socket& passed, const plug_config& plug) {
    const auto own = address_of(passed);
    for (const auto& each : destinations(plug)) {
        if (each.numeric && leads_back(own, *each.numeric, each.port)) {
            return to_text(each) + " is this plug's own listening address, of the passed socket " +
                   passed.name() + "; name another address or port";
        }
    }
    return {};
}

std::optional<bound_address> open_one(const plug_config& plug, const listen_address& where,
                                      const passed_socket& passed,
                                      std::vector<bound_address>& bound, bound_address::workers all,
                                      const passed_claims& claims,
                                      std::optional<start_failure>& failure) {
    if (passed) {
        return bound_address::adopt(passed, where, plug.keepalive, all, failure);
    }
    auto opened = bound_address::open(where, plug.keepalive, all, failure, make_way(bound, where));
    if (failure && failure->what == start_failure::kind::address_in_use) {
        failure->message += claims.hint(where);
    }
    return opened;
}

} // namespace

std::optional<address_change> address_change::plan(
    bound_addresses& bound, const std::vector<std::shared_ptr<plug_runtime>>& plugs,
    bound_address::workers all, passed_claims& claims, std::optional<start_failure>& failure) {
    address_change made;
    std::vector<bool> claimed(bound.size());
    for (const auto& plug : plugs) {
        for (const auto& where : plug->conf.listen) {
            std::string why;
            const auto passed = claims.claim(where, why);
            if (passed) {
                why = loop_through(*passed, plug->conf);
            }
            if (!why.empty()) {
                failure = start_failure{start_failure::kind::configuration, std::move(why)};
                return std::nullopt;
            }
            auto& next = made.steps_.emplace_back(step{where, plug, {}, {}});
            next.kept = find_bound(bound, claimed, where, passed, plug->conf.name);
            if (next.kept) {
                claimed[*next.kept] = true;
                continue;
            }
            next.opened = open_one(plug->conf, where, passed, bound, all, claims, failure);
            if (!next.opened) {
                return std::nullopt;
            }
        }
    }
    return made;
}

void address_change::tell_plugs(const bound_addresses& bound) const {
    std::map<plug_runtime*, std::vector<listen_address>> all;
    for (const auto& each : steps_) {
        const auto& place = each.kept ? bound[*each.kept] : *each.opened;
        all[each.plug.get()].push_back(place.as_bound());
    }
    for (auto& [plug, own] : all) {
        plug->listens_on(std::move(own));
    }
}

address_change::bound_addresses address_change::bind_first() && {
    bound_addresses now;
    for (auto& each : steps_) {
        each.opened->serve(each.opened->service_for(each.plug, each.where));
        now.push_back(*std::move(each.opened));
    }
    return now;
}

std::vector<std::shared_ptr<const listening>> address_change::prepare(bound_addresses& bound) {
    now_.reserve(steps_.size());
    stays_.resize(bound.size());
    std::vector<std::shared_ptr<const listening>> all;
    for (auto& each : steps_) {
        auto& there = each.kept ? bound[*each.kept] : *each.opened;
        if (!each.kept || !there.serves(*each.plug, each.where)) {
            each.service = there.service_for(each.plug, each.where);
        }
        all.push_back(each.service ? each.service->served : there.served());
    }
    return all;
}

address_change::bound_addresses address_change::carry_out(bound_addresses bound,
                                                          event_sink& events) && noexcept {
    for (auto& each : steps_) {
        auto& there = each.kept ? bound[*each.kept] : *each.opened;
        if (each.service) {
            there.serve(*std::move(each.service));
        }
        if (each.kept) {
            stays_[*each.kept] = true;
        } else {
            there.start(events);
            events.publish(plug_started{there.label()});
        }
        now_.push_back(std::move(there));
    }
    for (std::size_t place = 0; place < bound.size(); ++place) {
        if (!stays_[place]) {
            bound[place].close();
        }
    }
    return std::move(now_);
}

} // namespace plug
