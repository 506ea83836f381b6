// A running check: probes its target again and again, and reports to the pools that it serves.
#pragma once

#include "core/health/check_state.hpp"
#include "core/health/prober.hpp"
#include "core/health/program_runner.hpp"
#include "core/health/rise_fall.hpp"
#include "core/plug/lasting.hpp"
#include "core/plug/plug_runtime.hpp"
#include "core/plug/worker.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace plug {

/// A target of a plug that may have a check.
struct checked_target {
    std::shared_ptr<plug_runtime> plug;
    std::uint32_t target = 0;
    /// The listener that its events name.
    std::shared_ptr<const listener_label> listener;
    /// The local addresses of the plug's connections.
    outgoing_addresses outgoing;
};

/// Reports a probe to the pool of `target`. `action` and `reason` are those of target_down.
void report_probe(const checked_target& target, const check_finding& finding, std::string action,
                  std::string reason);

/// Belongs to one worker, on whose thread its probes run.
class running_check final : public lasting, public std::enable_shared_from_this<running_check> {
public:
    /// `resolver` may be null if the plan holds no names. `plug` is the name of the plug for
    /// programs and for names that cannot be resolved. All references must outlive the check.
    running_check(probe_plan plan, std::string plug, name_resolver* resolver,
                  program_runner& programs, worker& home);

    [[nodiscard]] const probe_plan& plan() const noexcept { return *plan_; }

    /// Begins, on its worker, which keeps it until stop(). A probe that fails for lack of memory
    /// does not count.
    static void start(const std::shared_ptr<running_check>& self, event_sink& events) noexcept;
    platform::task<void> go_on() override;
    [[nodiscard]] const char* action() const noexcept override { return "check a target"; }
    void broke_off() noexcept override { connection_.close(); }

    /// Reports to `served` from now on, and at once the present state to those that are new. Any
    /// thread.
    void serve(std::vector<checked_target> served) noexcept;

    /// Resolves the name that it connects to, if there is one: its addresses may have changed by
    /// the next probe. Any thread.
    void ask_for_names();

    /// Its state so far. Any thread.
    [[nodiscard]] check_state state() const;

    /// Reports to nobody from now on, and ends soon. Any thread.
    static void stop(const std::shared_ptr<running_check>& self) noexcept;

private:
    platform::task<bool> wait_until(platform::clock::time_point due);
    void run_program();
    void program_ended(const platform::child_end& end) noexcept;
    void take(const probe_result& result);
    void report(const checked_target& target, bool passed) const;

    const std::shared_ptr<const probe_plan> plan_;
    const std::string plug_;
    name_resolver* const resolver_;
    program_runner& programs_;
    worker& home_;
    std::atomic<bool> stopped_{false};
    platform::connection connection_; // of the worker's thread
    race_slot race_;                  // the same
    bool program_is_running_ = false; // the same
    platform::child_end program_end_; // of the thread that runs it, then of the worker's
    platform::handler_memory memory_to_report_;
    platform::handler_memory memory_to_stop_;

    mutable std::mutex mutex_; // guards the members below
    rise_fall health_;
    std::string reason_; // of the last verdict
    platform::clock::time_point probed_at_{};
    std::vector<checked_target> served_;
};

} // namespace plug
