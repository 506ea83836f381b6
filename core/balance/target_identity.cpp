#include "core/balance/target_identity.hpp"

#include <deque>
#include <string_view>
#include <unordered_map>

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
    std::unordered_map<std::string_view, std::deque<std::uint32_t>> numbers;
    for (std::uint32_t number = 0; number < to.size(); ++number) {
        numbers[to[number].label].push_back(number);
    }
    std::vector<std::optional<std::uint32_t>> found(from.size());
    for (std::uint32_t number = 0; number < from.size(); ++number) {
        const auto known = numbers.find(from[number].label);
        if (known != numbers.end() && !known->second.empty()) {
            found[number] = known->second.front();
            known->second.pop_front();
        }
    }
    return found;
}

} // namespace plug
