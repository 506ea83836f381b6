#include "core/picking/maglev_table.hpp"

#include "core/picking/stable_hash.hpp"

#include <algorithm>
#include <cassert>

namespace plug {

namespace {

constexpr std::size_t smallest_size = 65537; // a prime
constexpr std::size_t targets_of_smallest_size = 600;
constexpr std::size_t entries_per_target = 100;
constexpr std::uint32_t no_slot = UINT32_MAX;
constexpr std::uint64_t probes = 33; // the first and 32 further ones

// Any numbers, but for ever the same.
constexpr std::uint64_t offset_seed = 0x6f66667365740000ULL;
constexpr std::uint64_t skip_seed = 0x736b697000000000ULL;
constexpr std::uint64_t client_seed = 0x636c69656e740000ULL;
constexpr std::uint64_t golden_step = 0x9e3779b97f4a7c15ULL;

bool is_prime(std::size_t number) noexcept {
    for (std::size_t divisor = 3; divisor * divisor <= number; divisor += 2) {
        if (number % divisor == 0) {
            return false;
        }
    }
    return number % 2 != 0;
}

/// The places of the table in the order in which one target wants them: each place once, because
/// the size is a prime.
class preference {
public:
    preference(const std::string& name, std::size_t size) noexcept
        : place_(stable_hash(name, offset_seed) % size),
          skip_(stable_hash(name, skip_seed) % (size - 1) + 1), size_(size) {}

    /// The next place that is free in `entries`; there is one.
    std::size_t next_free(const std::vector<std::uint32_t>& entries) noexcept {
        while (entries[place_] != no_slot) {
            advance();
        }
        return place_;
    }

private:
    void advance() noexcept {
        place_ += skip_;
        place_ -= place_ >= size_ ? size_ : 0;
    }

    std::size_t place_;
    std::size_t skip_;
    std::size_t size_;
};

} // namespace

maglev_table::maglev_table(std::vector<target> targets) {
    std::erase_if(targets, [](const target& each) { return each.weight == 0; });
    std::sort(targets.begin(), targets.end(),
              [](const target& one, const target& other) { return one.name < other.name; });
    if (!targets.empty()) {
        entries_.assign(size_for(targets.size()), no_slot);
        fill(targets);
    }
}

void maglev_table::fill(const std::vector<target>& targets) {
    std::uint32_t price = 0; // of a turn, which a target saves its weight for in each round
    for (const auto& each : targets) {
        assert(each.weight <= highest_weight);
        price = std::max(price, each.weight);
    }
    struct saver {
        preference wants;
        std::uint32_t weight;
        std::uint32_t slot;
        std::uint32_t saved;
    };
    std::vector<saver> savers;
    savers.reserve(targets.size());
    // Who has a turn in which of the coming rounds: nobody waits for longer than `price` rounds.
    std::vector<std::vector<std::size_t>> rounds(price + std::size_t{1});
    const auto plan_turn = [&](std::size_t round, std::size_t index) {
        auto& each = savers[index];
        const std::uint32_t wait = (price - each.saved + each.weight - 1) / each.weight;
        each.saved += wait * each.weight - price;
        rounds[(round + wait) % rounds.size()].push_back(index);
    };
    for (const auto& each : targets) {
        savers.push_back({{each.name, entries_.size()}, each.weight, each.slot, 0});
        plan_turn(0, savers.size() - 1);
    }
    std::size_t filled = 0;
    for (std::size_t round = 1; filled < entries_.size(); ++round) {
        auto& now = rounds[round % rounds.size()];
        for (std::size_t each = 0; each < now.size() && filled < entries_.size(); ++each) {
            auto& takes = savers[now[each]];
            entries_[takes.wants.next_free(entries_)] = takes.slot;
            ++filled;
            plan_turn(round, now[each]);
        }
        now.clear();
    }
}

std::optional<std::uint32_t> maglev_table::lookup(const address_bytes& client,
                                                  acceptance accept) const {
    if (entries_.empty()) {
        return std::nullopt;
    }
    const std::uint64_t hash = stable_hash(client, client_seed);
    std::size_t place = 0;
    for (std::uint64_t probe = 0; probe < probes; ++probe) {
        place = static_cast<std::size_t>(mixed(hash + probe * golden_step) % entries_.size());
        if (accept(entries_[place])) {
            return entries_[place];
        }
    }
    for (std::size_t step = 1; step < entries_.size(); ++step) {
        place = place + 1 == entries_.size() ? 0 : place + 1;
        if (accept(entries_[place])) {
            return entries_[place];
        }
    }
    return std::nullopt;
}

std::size_t maglev_table::size_for(std::size_t targets) {
    if (targets <= targets_of_smallest_size) {
        return smallest_size;
    }
    std::size_t size = targets * entries_per_target;
    while (!is_prime(size)) {
        ++size;
    }
    return size;
}

} // namespace plug
