#include "core/plug/session_sweeps.hpp"

#include <iterator>
#include <new>
#include <utility>

namespace plug {

namespace {

/// A sweep that has met no more, and has cut none, is no turn's worth.
constexpr std::size_t few = 256;

} // namespace

/// A deadline that is over by the next turn, and not yet in this one: a transport serves those
/// after its events, which a handler that posts itself would keep from being looked at.
platform::task<void> next_turn(platform::network& network) {
    co_await network.sleep_until(network.now() + std::chrono::nanoseconds(1));
}

bool session_sweeps::begin(session_sweep next) {
    waiting_.push_back(std::move(next));
    if (is_working_) {
        return false;
    }
    is_working_ = true;
    take_turn();
    is_working_ = !waiting_.empty() || cut_ > 0 || met_ > few;
    return is_working_;
}

platform::task<void> session_sweeps::work_off(platform::network& network) {
    do {
        try {
            co_await next_turn(network);
        } catch (const std::bad_alloc&) { // sessions that end give back theirs
        }
        take_turn();
    } while (!waiting_.empty() || cut_ > 0);
    is_working_ = false;
}

void session_sweeps::work_off_at_once() {
    while (!waiting_.empty()) {
        take_turn();
    }
    is_working_ = false;
}

void session_sweeps::forget(worker_session& ended) noexcept {
    if (next_ == &ended) {
        next_ = behind(ended);
    }
}

void session_sweeps::take_turn() {
    cut_ = 0;
    met_ = 0;
    while (!waiting_.empty() && may_go_on()) {
        if (!std::exchange(is_under_way_, true)) {
            begin_first();
        }
        go_on_with_first();
        if (next_ == nullptr || left_ == 0) {
            end_first();
        }
    }
}

void session_sweeps::begin_first() {
    next_ = all_.empty() ? nullptr : &all_.front();
    left_ = all_.size();
    cut_by_first_ = 0;
}

void session_sweeps::go_on_with_first() {
    auto& first = waiting_.front();
    tell_before_last(first);
    while (next_ != nullptr && left_ > 0 && may_go_on()) {
        auto& met = *next_;
        next_ = behind(met); // one that is cut may leave the list at once
        --left_;
        ++met_;
        if (first.meet(met)) {
            ++cut_;
            ++cut_by_first_;
        }
    }
}

void session_sweeps::end_first() {
    const auto ended = std::move(waiting_.front());
    waiting_.pop_front();
    is_under_way_ = false;
    next_ = nullptr;
    if (ended.told) {
        ended.told(cut_by_first_);
    }
    if (ended.ended) {
        ended.ended();
    }
}

/// With the last of them the process may end.
void session_sweeps::tell_before_last(session_sweep& first) const {
    if (!first.told) {
        return;
    }
    std::size_t to_meet = 0;
    std::size_t to_cut = 0;
    for (auto* each = next_; each != nullptr && to_meet < left_; each = behind(*each)) {
        ++to_meet;
        to_cut += each->is_cut() ? 0U : 1U;
        if (to_cut > most_cut - cut_ || to_meet > most_met - met_) {
            return; // not the last turn yet
        }
    }
    std::exchange(first.told, nullptr)(cut_by_first_ + to_cut);
}

worker_session* session_sweeps::behind(worker_session& one) const noexcept {
    const auto next = std::next(all_.iterator_to(one));
    return next == all_.end() ? nullptr : &*next;
}

} // namespace plug
