#include "core/worker.hpp"

#include "core/monitor/report_escaped.hpp"
#include "core/session/session.hpp"
#include "platform/thread_name.hpp"

#include <algorithm>
#include <new>
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

void worker::remove(session& ended) noexcept {
    sweeps_.forget(ended);
    sessions_.erase(sessions_.iterator_to(ended));
}

void worker::sweep(session_sweep begun) {
    if (!sweeps_.begin(std::move(begun))) {
        return;
    }
    try {
        spawn(sweeps_.work_off(network_), [](const std::exception_ptr& escaped) {
            if (escaped) {
                std::rethrow_exception(escaped); // to whom the worker tells what escapes
            }
        });
    } catch (const std::bad_alloc&) {
        sweeps_.work_off_at_once();
    }
}

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
    struct outcome {
        bool any = false; // that has limits
        bool ended = false;
    };
    const auto found = std::make_shared<outcome>(); // a sweep may outlive this
    do {
        // Judged as of then: the clock may have gone on while the process was stopped, and bytes
        // that came meanwhile were not read.
        const auto due = network_.now() + watch_interval_;
        co_await network_.sleep_until(due);
        *found = {};
        sweep({[due, found](session& each) {
                   const bool was_cut = each.is_cut();
                   found->any |= each.hold_to_limits(due); // and it is still there
                   return each.is_cut() && !was_cut;
               },
               nullptr, [found] { found->ended = true; }});
        while (!found->ended) {
            co_await next_turn(network_);
        }
    } while (found->any);
}

platform::task<void> worker::cut_sessions_after(std::chrono::milliseconds grace,
                                                std::function<void(std::size_t)> told) {
    co_await network_.sleep_until(network_.now() + grace);
    cut_sessions(std::move(told));
}

platform::task<void> worker::cut_sessions_on(destination_group targets, session_end why,
                                             std::chrono::milliseconds grace) {
    const auto since = network_.now();
    co_await network_.sleep_until(since + grace);
    sweep({[targets, why, since](session& each) {
        const bool is_meant = why != session_end::target_down || each.was_connected(since);
        if (!is_meant || each.is_cut() || !contains(targets, each.bound_for())) {
            return false;
        }
        each.cut(why);
        return true;
    }});
}

void worker::cut_sessions(std::function<void(std::size_t)> told) {
    cutting_ = true;
    sweep({[](session& each) {
               const bool is_news = !each.is_cut();
               each.cut();
               return is_news;
           },
           std::move(told)});
}

} // namespace plug
