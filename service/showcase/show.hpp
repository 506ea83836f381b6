// The demo by itself: requests all the time, while one target is taken away and brought back.
#pragma once

#include "service/showcase/screen.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <chrono>
#include <map>
#include <string>

namespace plug {

/// What the show has to know.
struct demo_stage {
    /// Where the plug listens.
    boost::asio::ip::tcp::endpoint plug;
    /// The control port and the name of the target that goes away.
    boost::asio::ip::tcp::endpoint control;
    std::string name;
    /// How long the show lasts; it takes longer where the target is not back by then.
    std::chrono::milliseconds length{0};
};

/// Runs on one thread; must outlive the run.
class demo_show {
public:
    demo_show(demo_stage stage, demo_screen& screen);

    /// Gives whether every request was answered, and the target was seen to go and to come back.
    boost::asio::awaitable<bool> run();

    /// Ends the run soon. May be called on any thread.
    void cancel() noexcept { cancelled_ = true; }

private:
    using clock = std::chrono::steady_clock;

    boost::asio::awaitable<void> visit_once();
    boost::asio::awaitable<void> visit_until(clock::time_point end);
    boost::asio::awaitable<bool> command(std::string path);
    [[nodiscard]] std::string summary() const;

    demo_stage stage_;
    demo_screen& screen_;
    std::atomic<bool> cancelled_ = false;
    unsigned requests_ = 0;
    unsigned lost_ = 0;
    /// How many requests each target answered.
    std::map<std::string, unsigned> answers_;
};

} // namespace plug
