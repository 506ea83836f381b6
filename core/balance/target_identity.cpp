#include "core/balance/target_identity.hpp"

#include <string_view>
#include <unordered_map>
#include <utility>

namespace plug {

std::vector<target_identity> identities_of(std::span<const target_config> targets) {
    std::vector<target_identity> known;
    known.reserve(targets.size());
    for (const auto& each : targets) {
        known.push_back({each.label(), each.where});
    }
    return known;
}

std::vector<std::optional<std::uint32_t>> renumbered(std::span<const target_identity> from,
                                                     std::span<const target_identity> to) {
    using maybe_number = std::optional<std::uint32_t>;
    std::unordered_map<std::string_view, maybe_number> first;
    first.reserve(to.size());
    std::vector<maybe_number> next_of_label(to.size());
    for (auto number = static_cast<std::uint32_t>(to.size()); number-- > 0;) {
        next_of_label[number] = std::exchange(first[to[number].label], number);
    }
    std::vector<maybe_number> found(from.size());
    for (std::uint32_t number = 0; number < from.size(); ++number) {
        const auto known = first.find(from[number].label);
        if (known != first.end() && known->second) {
            found[number] = known->second;
            known->second = next_of_label[*known->second];
        }
    }
    return found;
}

} // namespace plug
