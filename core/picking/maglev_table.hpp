// Source hash: which target a client address belongs to, agreed on by all plugs without talking.
#pragma once

#include "core/picking/acceptance.hpp"
#include "core/picking/client_key.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace plug {

/// The table of D. Eisenbud et al., Maglev: A fast and reliable software network load balancer,
/// NSDI 2016, section 3.4. Built once, then only read, so that any number of threads may look up.
///
/// The same names and weights make the same table in every process, on every system, in whatever
/// order they are given: targets are sorted by their names, and stable_hash is fixed.
///
/// Size: 65537 entries, above 600 targets the smallest prime of at least 100 for each target; four
/// bytes each. Targets take turns to fill the table, the heaviest in each round and others by their
/// weight as often. So the entries of a target differ from its share by less than the share * n /
/// size + 2, where n is the number of targets: less than 1 % and 2 entries. One whose share is less
/// than one entry may have none.
class maglev_table {
public:
    static constexpr std::uint32_t highest_weight = 1000;

    struct target {
        std::string name;     ///< stable and unique
        std::uint32_t weight; ///< 0..highest_weight; 0 = it has no entry
        std::uint32_t slot;   ///< what lookup gives
    };

    using address_bytes = client_key;

    /// O(size log size): about 0.1 s for 10,000 targets.
    explicit maglev_table(std::vector<target> targets);

    /// The slot that `client` belongs to. Where `accept` refuses that, further places of the table
    /// that follow from the address alone, 32 at most, and then all entries behind the last of
    /// them. So a target that is lost moves no client of another, and its own spread over the
    /// others. Nothing if all are refused, or there are none. O(1) expected while a fair part is
    /// accepted, O(size) at most.
    [[nodiscard]] std::optional<std::uint32_t> lookup(const address_bytes& client,
                                                      acceptance accept) const;

    /// Slots, one for each entry; empty without targets.
    [[nodiscard]] std::span<const std::uint32_t> entries() const noexcept { return entries_; }

    /// The size of a table for so many targets.
    [[nodiscard]] static std::size_t size_for(std::size_t targets);

private:
    void fill(const std::vector<target>& targets);

    std::vector<std::uint32_t> entries_;
};

} // namespace plug
