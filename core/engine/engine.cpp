#include "core/engine/engine.hpp"

#include "core/engine/address_change.hpp"
#include "core/engine/capacity.hpp"
#include "core/engine/engine_implementation.hpp"
#include "core/monitor/report_escaped.hpp"

#include <atomic>
#include <string>
#include <utility>

namespace plug {

namespace {

/// How long names may take to be resolved before the plug starts without their addresses.
constexpr std::chrono::seconds start_patience{5};
/// The same for a reload, where the addresses that are known serve meanwhile.
constexpr std::chrono::seconds renewal_patience{1};

} // namespace

engine::implementation::implementation(configuration configured, event_sink& sink,
                                       platform::passed_sockets sockets)
    : config(std::move(configured)), events(sink), resolver(sink), counted(most_sessions(config)),
      passed(std::move(sockets)) {}

engine::engine(configuration config, event_sink& events, platform::passed_sockets passed)
    : implementation_(
          std::make_unique<implementation>(std::move(config), events, std::move(passed))) {}

engine::~engine() {
    auto& self = *implementation_;
    self.for_each_worker([](worker& each) { each.finish(); });
    for (auto& each : self.workers) {
        each->join();
    }
    self.bound.clear(); // their sockets belong to the workers' contexts
}

std::optional<start_failure> engine::open() {
    auto& self = *implementation_;
    const platform::network_options options{self.config.spin, [&self](platform::error_code error) {
                                                self.events.publish(bytes_copied{error});
                                            }};
    for (unsigned index = 0; index < thread_count(self.config); ++index) {
        self.workers.push_back(std::make_unique<worker>(self.counted, options, index));
    }
    for (const auto& configured : self.config.plugs) {
        self.plugs.push_back(self.watched(std::make_shared<plug_runtime>(
            configured, self.events, &self.resolver, self.workers.size())));
    }
    return self.open_all();
}

std::optional<start_failure> engine::implementation::open_all() {
    std::optional<start_failure> failure;
    passed_claims claims(passed);
    auto change = address_change::plan(bound, plugs, workers, claims, failure);
    if (change) {
        change->tell_plugs(bound);
        bound = (*std::move(change)).bind_first();
        tell_unclaimed(claims);
    }
    return failure;
}

void engine::implementation::tell_unclaimed(const passed_claims& claims) {
    for (const auto& each : claims.unclaimed()) {
        events.publish(passed_socket_unused{to_text(*each)});
    }
}

/// A name that has an address serves meanwhile, and is waited for no longer than an answer of a
/// server that works takes.
void engine::implementation::resolve_names(const plug_list& among,
                                           const std::function<bool()>& is_stopped) {
    std::vector<std::shared_ptr<destination>> known;
    std::vector<std::shared_ptr<destination>> unknown;
    for (const auto& plug : among) {
        for (auto& name : plug->names()) {
            resolver.ask_again(name, plug->conf.name);
            (name->addresses()->empty() ? unknown : known).push_back(std::move(name));
        }
    }
    const auto now = name_resolver::clock::now();
    resolver.wait_for(known, now + renewal_patience, is_stopped);
    resolver.wait_for(unknown, now + start_patience, is_stopped);
}

void engine::run(std::function<void()> listeners_closed, std::function<void()> ended,
                 const std::function<bool()>& is_stopped) {
    auto& self = *implementation_;
    self.resolve_names(self.plugs, is_stopped);
    self.counted.on_listeners_closed(std::move(listeners_closed));
    self.counted.on_ended(std::move(ended));
    self.counted.listener_begins(); // the engine's own, given back by drain()
    self.checks = std::make_unique<checker>(self.events, &self.resolver, self.workers);
    self.assign_checks();
    for (auto& each : self.bound) {
        each.start(self.events);
    }
    for (auto& each : self.workers) {
        each->start(report_escaped{self.events, "run a worker"});
    }
    for (const auto& each : self.bound) {
        self.events.publish(plug_started{each.label()});
    }
}

std::shared_ptr<plug_runtime> engine::implementation::watched(std::shared_ptr<plug_runtime> made) {
    made->end_sessions_by([this](const auto& targets, session_fate fate, session_end why) {
        end_sessions(targets, fate, why);
    });
    return made;
}

/// Any thread.
void engine::implementation::end_sessions(const destination_group& targets, session_fate fate,
                                          session_end why) {
    const auto grace =
        fate == session_fate::close ? std::optional(std::chrono::milliseconds{0}) : grace_time();
    if (!grace) {
        return;
    }
    for (const auto& each : workers) {
        each->spawn(each->cut_sessions_on(targets, why, *grace),
                    report_escaped{events, "end the sessions on a target"});
    }
}

std::optional<std::chrono::milliseconds> engine::implementation::grace_time() const {
    const std::lock_guard lock(grace_mutex);
    return config.grace;
}

std::vector<checked_target> targets_of(std::span<const std::shared_ptr<const listening>> all) {
    std::vector<checked_target> targets;
    const plug_runtime* last = nullptr;
    for (const auto& each : all) {
        if (std::exchange(last, each->plug.get()) != each->plug.get()) {
            add_targets(targets, *each);
        }
    }
    return targets;
}

void engine::implementation::assign_checks() {
    std::vector<std::shared_ptr<const listening>> all;
    for (const auto& each : bound) {
        all.push_back(each.served());
    }
    checks->assign(targets_of(all));
}

void engine::implementation::for_each_worker(const std::function<void(worker&)>& act) {
    for (auto& each : workers) {
        act(*each);
    }
}

void engine::stop_waiting() noexcept { implementation_->resolver.give_up_waiting(); }

void engine::drain() {
    auto& self = *implementation_;
    if (!std::exchange(self.draining, true)) {
        self.begin_drain();
    }
}

void engine::implementation::begin_drain() {
    events.publish(plug::draining{counted.sessions()});
    const std::lock_guard lock(view_mutex);
    checks->stop(); // nobody is to be given a target any more
    for (auto& each : bound) {
        each.close();
    }
    passed.clear(); // others have them
    if (config.grace) {
        for_each_worker([&](worker& each) { each.cut_sessions_after(*config.grace, events); });
    }
    counted.listener_ends();
}

void engine::stop_now() {
    drain();
    auto& self = *implementation_;
    if (std::exchange(self.cutting, true)) {
        return;
    }
    self.for_each_worker([&self](worker& each) { each.cut_sessions_now(self.events); });
}

void engine::ask_workers(const std::function<void()>& all_came_by) {
    const auto& workers = implementation_->workers;
    const auto missing = std::make_shared<std::atomic<std::size_t>>(workers.size());
    for (const auto& each : workers) {
        each->post([missing, all_came_by] {
            if (missing->fetch_sub(1) == 1) {
                all_came_by();
            }
        });
    }
}

std::uint64_t engine::sessions() const noexcept { return implementation_->counted.sessions(); }

counter_snapshot engine::totals() const {
    const auto& self = *implementation_;
    counter_snapshot taken;
    for (const auto& each : self.workers) {
        taken.workers.emplace_back().add(each->totals());
    }
    const std::lock_guard lock(self.view_mutex);
    for (const auto& plug : self.plugs) {
        auto& counted = taken.plugs.emplace_back();
        counted.name = plug->conf.name;
        counted.totals = plug->totals->sum();
        const auto& pool = plug->targets;
        for (std::uint32_t target = 0; target < pool.size(); ++target) {
            counted.targets.push_back(
                {pool.label(target), pool.totals(target), pool.connections(target)});
        }
    }
    return taken;
}

std::optional<plug_explanation> engine::explain(std::string_view plug,
                                                const address& client) const {
    const auto& self = *implementation_;
    const std::lock_guard lock(self.view_mutex);
    for (const auto& each : self.bound) {
        if (each.served()->plug->conf.name == plug) {
            return plug::explain(*each.served(), client, self.checks.get());
        }
    }
    return std::nullopt;
}

std::vector<std::string> engine::plug_names() const {
    std::vector<std::string> names;
    const std::lock_guard lock(implementation_->view_mutex);
    for (const auto& each : implementation_->plugs) {
        names.push_back(each->conf.name);
    }
    return names;
}

std::vector<listener_label> engine::listeners() const {
    std::vector<listener_label> all;
    const std::lock_guard lock(implementation_->view_mutex);
    for (const auto& each : implementation_->bound) {
        all.push_back(*each.label());
    }
    return all;
}

} // namespace plug
