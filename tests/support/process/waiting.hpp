// How long tests wait: safety nets only, so that a hang becomes a failure.
#pragma once

#include <chrono>
#include <thread>

namespace plug::test {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

/// The longest that anything which should happen may take.
inline constexpr milliseconds patience = 60s;

/// Asks again and again until `condition()` holds; false after `limit`.
template <typename Condition>
[[nodiscard]] bool eventually(Condition condition, milliseconds limit = patience) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline)
            return false;
        std::this_thread::sleep_for(5ms);
    }
    return true;
}

} // namespace plug::test
