#include "core/worker.hpp"

#include "core/monitor/report_escaped.hpp"
#include "core/session/session.hpp"
#include "platform/thread_name.hpp"

#include <algorithm>
#include <random>
#include <utility>

namespace plug {

worker::worker(census& counted, platform::network_options options)
    : census_(counted), network_(context_, options), chance_(std::random_device{}()) {}

worker::~worker() = default;

void worker::start(std::function<void(std::exception_ptr)> failed) {
    thread_ = std::thread([this, failed = std::move(failed)] {
        platform::name_this_thread("plug-worker");
        while (true) {
            try {
                network_.run();
                return;
            } catch (...) {
                failed(std::current_exception());
            }
        }
    });
}

void worker::finish() noexcept {
    post([this] { network_.stop(); });
}

void worker::join() {
    if (thread_.joinable()) {
        thread_.join();
    }
}

void worker::add(session& started) {
    sessions_.push_back(started);
    if (cutting_) {
        started.cut();
    }
}

void worker::remove(session& ended) noexcept { sessions_.erase(sessions_.iterator_to(ended)); }

void worker::watch_limits(std::chrono::milliseconds every, event_sink& events) {
    if (watch_interval_ != watch_interval_.zero()) {
        watch_interval_ = std::min(watch_interval_, every);
        return;
    }
    watch_interval_ = every;
    spawn(watch(), [this, told = report_escaped{events, "watch the limits of sessions"}](
                       const std::exception_ptr& escaped) {
        watch_interval_ = {};
        told(escaped);
    });
}

/// One sweep over all sessions and no timer in any: a session without limits pays nothing.
platform::task<void> worker::watch() {
    bool any = true;
    while (any) {
        co_await network_.sleep_until(network_.now() + watch_interval_);
        any = hold_sessions_to_limits();
    }
}

/// False = no session has limits any more.
bool worker::hold_sessions_to_limits() noexcept {
    const auto now = network_.now();
    bool any = false;
    for (auto at = sessions_.begin(); at != sessions_.end();) {
        any |= (at++)->hold_to_limits(now); // one that is cut may leave the list at once
    }
    return any;
}

platform::task<void> worker::cut_sessions_after(std::chrono::milliseconds grace,
                                                std::function<void(std::size_t)> told) {
    co_await network_.sleep_until(network_.now() + grace);
    cut_sessions(told);
}

platform::task<void> worker::cut_sessions_on(std::shared_ptr<const destination> target,
                                             session_end why, std::chrono::milliseconds grace) {
    const auto since = network_.now();
    co_await network_.sleep_until(since + grace);
    for (auto at = sessions_.begin(); at != sessions_.end();) {
        auto& each = *at++; // one that is cut may leave the list at once
        const bool is_meant = why != session_end::target_down || each.was_connected(since);
        if (is_meant && each.is_bound_for(*target)) {
            each.cut(why);
        }
    }
}

void worker::cut_sessions(const std::function<void(std::size_t)>& told) {
    cutting_ = true;
    told(sessions_.size());
    for (auto at = sessions_.begin(); at != sessions_.end();) {
        (at++)->cut(); // a session that is cut may leave the list before cut() returns
    }
}

} // namespace plug
