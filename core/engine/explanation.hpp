// What a plug would do with a client at this moment, and why: the data of `plug explain`.
#pragma once

#include "core/balance/explanation.hpp"
#include "core/config/configuration.hpp"
#include "core/health/check_state.hpp"
#include "core/plug/plug_runtime.hpp"

#include <optional>
#include <vector>

namespace plug {

class checker;

/// The answer of a plug.
struct plug_explanation {
    /// As it runs.
    plug_config conf;
    /// Who asks; a v4-mapped address turned into IPv4.
    address client;
    /// Whether the access rules let the client in, and by which of them; unset = there are no
    /// rules, or none does.
    bool admitted = false;
    std::optional<network_prefix> rule;
    pool_explanation pool;
    /// One for each target; unset = it has none.
    std::vector<std::optional<check_state>> checks;
};

/// Looks, and changes nothing: no turn is taken, no client remembered. `checks` may be null. Any
/// thread that `checks` may be used on.
[[nodiscard]] plug_explanation explain(const listening& where, const address& client,
                                       const checker* checks);

} // namespace plug
