// What something was short of, and when: new clients are held back for a moment.
#pragma once

#include <boost/system/error_code.hpp>

#include <atomic>
#include <chrono>

namespace plug {

/// One for the process, which may be out of descriptors or memory (census), and one for each plug,
/// which may be out of local addresses and ports towards its targets. Thread-safe.
class shortage {
public:
    using time_point = std::chrono::steady_clock::time_point;

    /// A session was refused for want of it at `now`.
    void note(const boost::system::error_code& lacking, time_point now) noexcept {
        lacking_.store(packed(lacking), std::memory_order_relaxed);
        noted_.store(now.time_since_epoch().count(), std::memory_order_relaxed);
    }

    /// What was lacking within the last `patience` before `now`; unset = nothing.
    [[nodiscard]] boost::system::error_code within(time_point now,
                                                   std::chrono::milliseconds patience) const {
        const int lacking = lacking_.load(std::memory_order_relaxed);
        const time_point noted{time_point::duration(noted_.load(std::memory_order_relaxed))};
        return lacking != 0 && now - noted < patience ? unpacked(lacking)
                                                      : boost::system::error_code{};
    }

private:
    /// Negative = of the generic category, whose numbers are others than those of Windows.
    static int packed(const boost::system::error_code& lacking) noexcept {
        const bool is_generic = lacking.category() == boost::system::generic_category();
        return is_generic ? -lacking.value() : lacking.value();
    }
    static boost::system::error_code unpacked(int lacking) noexcept {
        return lacking < 0 ? boost::system::error_code(-lacking, boost::system::generic_category())
                           : boost::system::error_code(lacking, boost::system::system_category());
    }

    std::atomic<int> lacking_{0};
    std::atomic<time_point::duration::rep> noted_{0};
};

} // namespace plug
