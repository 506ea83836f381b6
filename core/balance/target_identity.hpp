// What the targets of a pool are known by in the pool that comes after it.
#pragma once

#include "core/config/configuration.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace plug {

/// Targets of the same label are the same to clients; what is known of their health holds only
/// where they are in the same place too.
struct target_identity {
    std::string label;
    host_port where;
};

[[nodiscard]] std::vector<target_identity> identities_of(std::span<const target_config> targets);

/// What the targets `from` are called among `to`, by label; of those with equal labels the first is
/// the first.
[[nodiscard]] std::vector<std::optional<std::uint32_t>>
renumbered(std::span<const target_identity> from, std::span<const target_identity> to);

} // namespace plug
