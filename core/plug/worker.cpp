#include "core/plug/worker.hpp"

#include "core/monitor/report_escaped.hpp"
#include "platform/thread_name.hpp"

#include <algorithm>
#include <new>
#include <random>
#include <utility>

namespace plug {

/// Keeps a lasting story as long as its coroutine lives, and begins it again where that has gone
/// before the end.
class worker::hold {
public:
    hold(worker& home, std::shared_ptr<lasting> story, event_sink& events) noexcept
        : home_(&home), events_(&events), story_(std::move(story)) {}
    hold(hold&&) noexcept = default;
    hold& operator=(hold&&) = delete;
    ~hold() {
        if (story_ != nullptr && !home_->is_ending_) {
            story_->broke_off();
            home_->keep(std::move(story_), *events_);
        }
    }

    [[nodiscard]] lasting& story() const noexcept { return *story_; }
    void ends_in_order() noexcept { story_.reset(); }

private:
    worker* home_;
    event_sink* events_;
    std::shared_ptr<lasting> story_;
};

/// One sweep over all sessions and no timer in any: a session without limits pays nothing.
class worker::limits_watch final : public lasting {
public:
    explicit limits_watch(worker& home) : home_(home) {}

    platform::task<void> go_on() override {
        struct outcome {
            bool any = false; // that has limits
            bool ended = false;
        };
        auto& network = home_.network();
        const auto found = std::make_shared<outcome>(); // a sweep may outlive this
        do {
            // Judged as of then: the clock may have gone on while the process was stopped, and
            // bytes that came meanwhile were not read.
            const auto due = network.now() + home_.watch_interval_;
            co_await network.sleep_until(due);
            *found = {};
            home_.sweep({[due, found](worker_session& each) {
                             const bool was_cut = each.is_cut();
                             found->any |= each.hold_to_limits(due); // and it is still there
                             return each.is_cut() && !was_cut;
                         },
                         nullptr, [found] { found->ended = true; }});
            while (!found->ended) {
                co_await next_turn(network);
            }
        } while (found->any);
        home_.watch_interval_ = {};
    }
    [[nodiscard]] const char* action() const noexcept override {
        return "watch the limits of sessions";
    }

private:
    worker& home_;
};

class worker::grace_watch final : public lasting {
public:
    explicit grace_watch(worker& home) : home_(home) {}

    void begin(platform::clock::time_point end, event_sink& events) noexcept {
        end_ = end;
        events_ = &events;
    }
    platform::task<void> go_on() override {
        co_await home_.network().sleep_until(end_);
        home_.cut_sessions([&events = *events_](std::size_t count) {
            if (count > 0) {
                events.publish(sessions_cut{count});
            }
        });
    }
    [[nodiscard]] const char* action() const noexcept override { return "cut the sessions"; }

private:
    worker& home_;
    platform::clock::time_point end_{};
    event_sink* events_ = nullptr;
};

worker::worker(census& counted, platform::network_options options, std::size_t number)
    : census_(counted), number_(number), limits_(std::make_shared<limits_watch>(*this)),
      grace_(std::make_shared<grace_watch>(*this)), stop_(std::make_shared<grace_watch>(*this)),
      network_(context_, options), chance_(std::random_device{}()) {}

worker::~worker() { is_ending_ = true; }

void worker::keep(std::shared_ptr<lasting> story, event_sink& events) noexcept {
    auto& kept = *story;
    post(kept.memory_,
         [this, &events, begun = std::move(story)]() mutable { begin(std::move(begun), events); });
}

void worker::begin(std::shared_ptr<lasting> story, event_sink& events) noexcept {
    const report_escaped told{events, story->action()};
    try {
        boost::asio::co_spawn(context_, run(hold(*this, std::move(story), events)), told);
    } catch (...) {
        told(std::current_exception());
    }
}

platform::task<void> worker::run(hold kept) {
    co_await kept.story().go_on();
    kept.ends_in_order();
}

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
    post(memory_to_finish_, [this] { network_.stop(); });
}

void worker::join() {
    if (thread_.joinable()) {
        thread_.join();
    }
}

void worker::add(worker_session& started) {
    sessions_.push_back(started);
    if (cutting_) {
        started.cut();
    }
}

void worker::remove(worker_session& ended) noexcept {
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
    keep(limits_, events);
}

void worker::cut_sessions_after(std::chrono::milliseconds grace, event_sink& events) noexcept {
    grace_->begin(network_.now() + grace, events);
    keep(grace_, events);
}

void worker::cut_sessions_now(event_sink& events) noexcept {
    stop_->begin(network_.now(), events);
    keep(stop_, events);
}

platform::task<void> worker::cut_sessions_on(destination_group targets, session_end why,
                                             std::chrono::milliseconds grace) {
    const auto since = network_.now();
    co_await network_.sleep_until(since + grace);
    sweep({[targets, why, since](worker_session& each) {
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
    sweep({[](worker_session& each) {
               const bool is_news = !each.is_cut();
               each.cut();
               return is_news;
           },
           std::move(told)});
}

} // namespace plug
