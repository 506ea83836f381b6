// What an engine consists of; for engine*.cpp only.
#pragma once

#include "core/engine/engine.hpp"
#include "core/health/checker.hpp"
#include "core/plug/census.hpp"
#include "core/plug/name_resolver.hpp"
#include "core/plug/plug_runtime.hpp"
#include "core/plug/worker.hpp"

#include <mutex>
#include <utility>

namespace plug {

/// In what is told of the targets of a plug its first listener stands for it.
[[nodiscard]] std::vector<checked_target>
targets_of(std::span<const std::shared_ptr<const listening>> all);

struct engine::implementation {
    using plug_list = std::vector<std::shared_ptr<plug_runtime>>;
    using succession =
        std::vector<std::pair<std::shared_ptr<plug_runtime>, std::shared_ptr<plug_runtime>>>;

    implementation(configuration configured, event_sink& sink, platform::passed_sockets sockets);

    std::optional<start_failure> open_all();
    void tell_unclaimed(const passed_claims& claims);
    void resolve_names(const plug_list& among, const std::function<bool()>& is_stopped = {});
    void assign_checks();
    void begin_drain();
    void for_each_worker(const std::function<void(worker&)>& act);

    std::shared_ptr<plug_runtime> watched(std::shared_ptr<plug_runtime> made);
    void end_sessions(const destination_group& targets, session_fate fate, session_end why);
    [[nodiscard]] std::optional<std::chrono::milliseconds> grace_time() const;

    // engine_reload.cpp
    [[nodiscard]] plug_list plugs_for(const configuration& wanted);
    [[nodiscard]] succession successors_in(const plug_list& next) const;
    void end_sessions_on_removed(const succession& changed) const noexcept;
    void take_over(configuration wanted) noexcept;

    configuration config;
    mutable std::mutex grace_mutex; // guards config.grace, which any worker may read
    event_sink& events;
    name_resolver resolver;
    census counted;
    std::vector<std::unique_ptr<worker>> workers;
    /// Guards plugs, bound and checks: explain() comes on any thread. The engine's own thread reads
    /// them without it.
    mutable std::mutex view_mutex;
    plug_list plugs;
    platform::passed_sockets passed;
    std::vector<bound_address> bound;
    std::unique_ptr<checker> checks;
    bool draining = false;
    bool cutting = false;
};

} // namespace plug
