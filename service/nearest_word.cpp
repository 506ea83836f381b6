#include "service/nearest_word.hpp"

#include <algorithm>
#include <vector>

namespace plug {

namespace {

/// How many letters must be added, left out, changed or swapped to turn one word into the other
/// (optimal string alignment).
std::size_t typing_errors(std::string_view left, std::string_view right) {
    std::vector<std::vector<std::size_t>> cost(left.size() + 1,
                                               std::vector<std::size_t>(right.size() + 1));
    for (std::size_t i = 0; i <= left.size(); ++i) {
        for (std::size_t j = 0; j <= right.size(); ++j) {
            if (i == 0 || j == 0) {
                cost[i][j] = i + j;
                continue;
            }
            const std::size_t change = left[i - 1] == right[j - 1] ? 0 : 1;
            cost[i][j] =
                std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + change});
            if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1]) {
                cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
            }
        }
    }
    return cost[left.size()][right.size()];
}

} // namespace

std::string_view nearest_word(std::string_view word, std::span<const std::string_view> candidates) {
    constexpr std::size_t longest = 64; // nobody mistypes a word of that length
    if (word.size() < 2 || word.size() > longest) {
        return {};
    }
    std::string_view best;
    auto fewest = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (const auto candidate : candidates) {
        if (word.size() >= 3 && candidate.starts_with(word)) {
            return candidate;
        }
        const auto errors = typing_errors(word, candidate);
        if (errors < fewest) {
            fewest = errors;
            best = candidate;
        }
    }
    return best;
}

} // namespace plug
