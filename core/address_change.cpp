#include "core/address_change.hpp"

#include <utility>

namespace plug {

namespace {

/// The place in `bound` of an address that nobody has claimed and that serves for `where`. A port
/// that the system chose belongs to its plug.
std::optional<std::size_t> find_bound(const std::vector<bound_address>& bound,
                                      const std::vector<bool>& claimed, const listen_address& where,
                                      const std::string& plug) {
    for (std::size_t place = 0; place < bound.size(); ++place) {
        if (!claimed[place] && bound[place].is_at(where) &&
            (where.port != 0 || bound[place].label()->plug == plug)) {
            return place;
        }
    }
    return std::nullopt;
}

} // namespace

std::optional<address_change>
address_change::plan(const bound_addresses& bound,
                     const std::vector<std::shared_ptr<plug_runtime>>& plugs,
                     bound_address::workers all, std::optional<start_failure>& failure) {
    address_change made;
    std::vector<bool> claimed(bound.size());
    for (const auto& plug : plugs) {
        for (const auto& where : plug->conf.listen) {
            auto& next = made.steps_.emplace_back(step{where, plug, {}, {}});
            next.kept = find_bound(bound, claimed, where, plug->conf.name);
            if (next.kept) {
                claimed[*next.kept] = true;
                continue;
            }
            next.opened = bound_address::open(where, plug->conf.keepalive, all, failure);
            if (!next.opened) {
                return std::nullopt;
            }
        }
    }
    return made;
}

address_change::bound_addresses address_change::carry_out(bound_addresses bound,
                                                          event_sink& events) && {
    bound_addresses now;
    std::vector<bool> stays(bound.size());
    for (auto& each : steps_) {
        if (!each.kept) {
            each.opened->serve(each.plug, each.where);
            each.opened->start(events);
            events.publish(plug_started{each.opened->label()});
            now.push_back(*std::move(each.opened));
            continue;
        }
        stays[*each.kept] = true;
        auto& kept = bound[*each.kept];
        if (!kept.serves(*each.plug, each.where)) {
            kept.serve(each.plug, each.where);
        }
        now.push_back(std::move(kept));
    }
    for (std::size_t place = 0; place < bound.size(); ++place) {
        if (!stays[place]) {
            bound[place].close();
        }
    }
    return now;
}

} // namespace plug
