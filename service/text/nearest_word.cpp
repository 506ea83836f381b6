#include "service/text/nearest_word.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace plug {

namespace {

constexpr std::size_t longest = 64; // nobody mistypes a word of that length

/// How many letters must be added, left out, changed or swapped to turn one word into the other
/// (optimal string alignment). Neither is longer than `longest`. Gives `too_many` where it is that
/// or more.
std::size_t typing_errors(std::string_view left, std::string_view right, std::size_t too_many) {
    const auto in_length =
        std::max(left.size(), right.size()) - std::min(left.size(), right.size());
    if (in_length >= too_many) {
        return too_many;
    }
    // Three rows of the table: this one, the one before, and the one before that.
    std::array<std::array<std::uint8_t, longest + 1>, 3> cost{};
    for (std::size_t i = 0; i <= left.size(); ++i) {
        auto& row = cost[i % 3];
        const auto& before = cost[(i + 2) % 3];
        auto fewest = too_many;
        for (std::size_t j = 0; j <= right.size(); ++j) {
            auto errors = i + j;
            if (i > 0 && j > 0) {
                const std::size_t change = left[i - 1] == right[j - 1] ? 0 : 1;
                errors = std::min({before[j] + std::size_t{1}, row[j - 1] + std::size_t{1},
                                   before[j - 1] + change});
            }
            if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1]) {
                errors = std::min(errors, cost[(i + 1) % 3][j - 2] + std::size_t{1});
            }
            row[j] = static_cast<std::uint8_t>(errors);
            fewest = std::min(fewest, errors);
        }
        if (fewest >= too_many) {
            return too_many; // no way to the end is shorter: a swap passes over a row, and costs 1
        }
    }
    return cost[left.size() % 3][right.size()];
}

} // namespace

std::string_view nearest_word(std::string_view word, std::span<const std::string_view> candidates) {
    if (word.size() < 2 || word.size() > longest) {
        return {};
    }
    std::string_view best;
    auto fewest = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (const auto candidate : candidates) {
        if (word.size() >= 3 && candidate.starts_with(word)) {
            return candidate;
        }
        if (candidate.size() > longest) {
            continue;
        }
        const auto errors = typing_errors(word, candidate, fewest);
        if (errors < fewest) {
            fewest = errors;
            best = candidate;
        }
    }
    return best;
}

} // namespace plug
