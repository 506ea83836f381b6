#include "core/plug/plug_runtime.hpp"

#include "core/plug/name_resolver.hpp"

#include <algorithm>
#include <iterator>
#include <unordered_set>
#include <utility>

namespace plug {

namespace {

pool_options options_of(const plug_config& conf, std::size_t workers) {
    return {conf.max_connections, conf.queue, conf.weigh_connect_time, conf.slow_start, workers};
}

/// The destination of `before` that leads where `wanted` says, with the addresses that are known
/// of it, or a new one.
std::shared_ptr<destination> destination_for(const host_port& wanted,
                                             const known_destinations& before,
                                             const destination::guard& guard) {
    const auto known = before.find(to_text(wanted));
    if (known != before.end()) {
        return known->second; // in use: see listens_on()
    }
    auto made = std::make_shared<destination>(wanted);
    made->guard_with(guard);
    return made;
}

destination_group group_of(std::vector<std::shared_ptr<const destination>> some) {
    std::ranges::sort(some);
    return std::make_shared<const std::vector<std::shared_ptr<const destination>>>(std::move(some));
}

} // namespace

plug_runtime::plug_runtime(plug_config configured, event_sink& sink, name_resolver* names,
                           std::size_t workers)
    : conf(std::move(configured)), events(sink), resolver(names),
      totals(std::make_shared<const session_counters>(workers)),
      targets(conf.targets, conf.policy, conf.affinity, conf.retry, options_of(conf, workers)),
      newest_(std::make_shared<newest_plug>()) {
    make_destinations({});
}

plug_runtime::plug_runtime(plug_config configured, const plug_runtime& before)
    : conf(std::move(configured)), events(before.events), resolver(before.resolver),
      totals(before.totals), targets(conf.targets, conf.policy, conf.affinity, conf.retry,
                                     &before.targets, options_of(conf, totals->size())),
      introduction_(before.introduction_), newest_(before.newest_) {
    known_destinations known;
    for (const auto& each : before.destinations_) {
        known.emplace(*each->label(), each);
    }
    if (before.proxy_ != nullptr) {
        known.emplace(*before.proxy_->label(), before.proxy_);
    }
    make_destinations(known);
}

void plug_runtime::make_destinations(const known_destinations& before) {
    guard_ = guard_against_loops(conf.listen);
    destinations_.reserve(conf.targets.size());
    for (const auto& target : conf.targets) {
        destinations_.push_back(destination_for(target.where, before, guard_));
    }
    if (conf.via) {
        proxy_ = destination_for(conf.via->server, before, guard_);
    }
}

void plug_runtime::listens_on(std::vector<listen_address> own) {
    guard_ = guard_against_loops(std::move(own));
    for (const auto& each : names()) {
        each->guard_with(guard_);
    }
}

std::vector<std::shared_ptr<destination>> plug_runtime::names() const {
    std::vector<std::shared_ptr<destination>> found;
    if (conf.resolve_names && proxy_ != nullptr) {
        found.push_back(proxy_); // it resolves the targets
    } else if (conf.resolve_names) {
        found = destinations_;
    }
    std::erase_if(found, [](const auto& each) { return !each->is_name(); });
    return found;
}

void plug_runtime::ask_for(const std::shared_ptr<destination>& where) const {
    resolver->ask(where, conf.name);
}

void plug_runtime::end_sessions_on(std::uint32_t target) const {
    if (end_sessions_ && conf.on_down != session_fate::keep) {
        end_sessions_(group_of({destinations_[target]}), conf.on_down, session_end::target_down);
    }
}

void plug_runtime::end_sessions_on_removed(const plug_runtime* next) {
    const auto fate = (next == nullptr ? *this : *next).conf.on_removed;
    if (!end_sessions_ || fate == session_fate::keep) {
        return;
    }
    if (next == nullptr) {
        targets.close_line(); // needs no memory
    }
    std::unordered_set<const destination*> kept;
    if (next != nullptr) {
        for (const auto& each : next->destinations_) {
            kept.insert(each.get());
        }
    }
    std::vector<std::shared_ptr<const destination>> removed;
    std::ranges::copy_if(destinations_, std::back_inserter(removed),
                         [&](const auto& each) { return !kept.contains(each.get()); });
    if (!removed.empty()) {
        end_sessions_(group_of(std::move(removed)), fate, session_end::target_removed);
    }
}

void plug_runtime::hand_over_to(const std::shared_ptr<plug_runtime>& next) noexcept {
    {
        const std::lock_guard lock(newest_->mutex);
        newest_->plug = next; // before the pool tells of it
    }
    next->proxy_down_ = next->proxy_ == proxy_ && proxy_down_;
    targets.hand_over_to(next->targets);
}

std::shared_ptr<plug_runtime> plug_runtime::newest() const {
    const std::lock_guard lock(newest_->mutex);
    return newest_->plug.lock();
}

const network_prefix* plug_runtime::rule_for(const address& client) const noexcept {
    const auto found = std::find_if(conf.allow.begin(), conf.allow.end(),
                                    [&](const auto& net) { return net.contains(client); });
    return found == conf.allow.end() ? nullptr : &*found;
}

listening::listening(std::shared_ptr<plug_runtime> served,
                     std::shared_ptr<const listener_label> known_as, outgoing_addresses from)
    : plug(std::move(served)), label(std::move(known_as)), outgoing(std::move(from)),
      terms(std::make_shared<const session_terms>(
          session_terms{label, plug->events, plug->totals, plug->conf.limits,
                        watch_interval(plug->conf.limits)})) {}

} // namespace plug
