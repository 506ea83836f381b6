// Runs the checks of all targets of all plugs, and tells their pools what they find.
#pragma once

#include "core/health/running_check.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

namespace plug {

/// Adds the targets of the plug that `where` stands for.
void add_targets(std::vector<checked_target>& all, const listening& where);

/// Shares one probe among all targets whose address, check and way are equal, and spreads the
/// probes over the workers. All functions belong to one thread, that of the engine; workers may
/// run.
class checker {
public:
    /// All of them must outlive the checker; what it has started lives on in the workers until
    /// they are destroyed. `resolver` may be null where no target is a name.
    checker(event_sink& events, name_resolver* resolver,
            std::span<const std::unique_ptr<worker>> workers);
    ~checker();

    /// From now on these targets are checked, and no others; those without a check are left out,
    /// and up. A check that goes on keeps what it knows, and tells it at once to the pools that are
    /// new. Where a target has another check than before, what the old one said counts until the
    /// new one has probed. Where it throws, all checks are as they were.
    void assign(std::span<const checked_target> all) { carry_out(plan(all)); }

    /// The same in two steps, of which the second one does not fail.
    struct assignment;
    [[nodiscard]] std::shared_ptr<assignment> plan(std::span<const checked_target> all);
    void carry_out(std::shared_ptr<assignment> next) noexcept;

    /// What the check of a target has found; unset = it has none.
    [[nodiscard]] std::optional<check_state> state_of(const checked_target& asked) const;

    /// No target is checked any more. Probes that run are cancelled, nobody waits for those that
    /// sleep.
    void stop() noexcept;

    /// How many checks there are at this moment.
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
