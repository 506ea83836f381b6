// Runs the checks of all targets of all plugs, and reports the results to their pools.
#pragma once

#include "core/health/running_check.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace plug {

/// Adds the targets of the plug of `listener`.
void add_targets(std::vector<checked_target>& all, const listening& listener);

/// Shares one probe among all targets whose address, check and way are equal, and spreads the
/// probes over the workers. All functions belong to one thread, that of the engine; workers may
/// run.
class checker {
public:
    /// All references must outlive the checker; checks that it has started live on in the workers
    /// until these are destroyed. `resolver` may be null if no target is a name.
    checker(event_sink& events, name_resolver* resolver,
            std::span<const std::unique_ptr<worker>> workers);
    ~checker();

    /// Checks these targets from now on, and no others. Those without a check are up. A check that
    /// continues keeps its state, and reports it at once to new pools. If a target gets another
    /// check, the state of the old one counts until the first probe of the new one. If this throws,
    /// all checks are as before.
    void assign(std::span<const checked_target> all) { carry_out(plan(all)); }

    /// The same in two steps; the second one does not fail.
    struct assignment;
    [[nodiscard]] std::shared_ptr<assignment> plan(std::span<const checked_target> all);
    void carry_out(std::shared_ptr<assignment> next) noexcept;

    /// The state of the check of a target; unset = it has no check.
    [[nodiscard]] std::optional<check_state> state_of(const checked_target& target) const;

    /// Ends all checks. Running probes are cancelled; sleeping ones are not waited for.
    void stop() noexcept;

    /// The number of checks at this moment.
    [[nodiscard]] std::size_t size() const noexcept { return running_.size(); }

private:
    using checks = std::unordered_multimap<std::string, std::shared_ptr<running_check>>;

    [[nodiscard]] std::shared_ptr<running_check> find_running(const std::string& key,
                                                              const probe_plan& plan) const;
    std::shared_ptr<running_check> make(probe_plan plan, const plug_runtime& plug);

    event_sink& events_;
    name_resolver* const resolver_;
    const std::span<const std::unique_ptr<worker>> workers_;
    std::size_t next_worker_ = 0;
    program_runner programs_;
    checks running_;
};

} // namespace plug
