// What the tests of a pool have in common: clients who pick one after the other, and by threads.
#pragma once

#include "core/balance/pool.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace plug::test {

using boost::asio::ip::address;

inline constexpr pool::time_point start{std::chrono::hours(1)};
inline const address somebody = boost::asio::ip::make_address("192.0.2.1");
inline const affinity_config no_affinity;
inline const std::optional<std::chrono::milliseconds> no_retry;
/// Instead of the number of a target.
inline constexpr int nothing = -1;

inline std::vector<target_config> equal(std::size_t count) {
    return std::vector<target_config>(count);
}

inline address numbered(std::uint32_t number) { return boost::asio::ip::address_v4(number); }

inline int pick(pool& targets, const tried_targets& tried = {}, pool::time_point now = start,
                const address& client = somebody) {
    const auto held = targets.pick(client, tried, now);
    return held ? static_cast<int>(held.target()) : nothing;
}

inline int pick_at(pool& targets, pool::time_point now) { return pick(targets, {}, now); }

inline tried_targets tried(std::initializer_list<std::uint32_t> all) {
    tried_targets made;
    for (const auto each : all) {
        made.add(each);
    }
    return made;
}

/// What `count` clients get, one after the other.
inline std::string picks(pool& targets, int count, pool::time_point now = start) {
    std::string all;
    for (int each = 0; each < count; ++each) {
        all += std::to_string(pick_at(targets, now));
    }
    return all;
}

inline void all_fail(pool& targets, pool::time_point now = start) {
    for (std::uint32_t each = 0; each < targets.size(); ++each) {
        targets.report_failed(each, now);
    }
}

/// Does `work` in `count` threads at once, which are numbered from 0.
inline void in_threads(int count, const std::function<void(int)>& work) {
    std::vector<std::thread> all;
    for (int each = 0; each < count; ++each) {
        all.emplace_back(work, each);
    }
    for (auto& each : all) {
        each.join();
    }
}

} // namespace plug::test
