// What the tests of a pool's waiting line have in common: limited targets, and clients who wait.
#pragma once

#include "tests/unit/picking/picking.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

namespace plug {

/// Boost.Test names its cases by it.
inline std::ostream& operator<<(std::ostream& out, policy shown) {
    return out << static_cast<int>(shown);
}
inline std::ostream& operator<<(std::ostream& out, wait_result shown) {
    return out << static_cast<int>(shown);
}

} // namespace plug

namespace plug::test {

inline constexpr std::array all_policies{policy::round_robin, policy::first,
                                         policy::least_connections, policy::random_two,
                                         policy::source_hash};

/// Targets of the names a, b, ...; those behind `primary` are backups.
inline std::vector<target_config> named(std::uint32_t count, std::uint32_t primary) {
    std::vector<target_config> made(count);
    for (std::uint32_t each = 0; each < count; ++each) {
        made[each].name = std::string(1, static_cast<char>('a' + each));
        made[each].backup = each >= primary;
    }
    return made;
}

inline pool_options limited(std::uint32_t most, std::size_t capacity = 100) {
    return {most, {capacity, std::chrono::seconds(5)}};
}

struct test_client final : waiting_client {
    explicit test_client(std::uint32_t number, time_point waits_since = start)
        : waiting_client(numbered(number), waits_since) {}
    void called() noexcept override { ++calls; }
    [[nodiscard]] int target() const { return granted ? static_cast<int>(granted.target()) : -1; }

    std::atomic<int> calls{0};
};

} // namespace plug::test
