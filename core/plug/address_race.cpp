#include "core/plug/address_race.hpp"

#include "core/plug/connect_errors.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/assert.hpp>

#include <new>

namespace plug {

using platform::error_code;
using platform::task;

namespace {

const error_code out_of_memory = make_error_code(boost::system::errc::not_enough_memory);

/// Whether `later` is to be reported rather than `earlier`: what is wrong at an address says more
/// than that this system has no address of its family, and what this system is short of is nobody's
/// fault.
bool says_more(const error_code& later, const error_code& earlier) noexcept {
    return !earlier || is_shortage(later) ||
           (!is_shortage(earlier) && (!lacks_local_address(later) || lacks_local_address(earlier)));
}

} // namespace

void race_slot::cancel() noexcept {
    if (running_ != nullptr) {
        running_->cancel();
    }
}

address_race::address_race(platform::executor home, platform::network& network,
                           std::vector<contender> all, platform::clock::time_point deadline)
    : home_(home), network_(network), all_(std::move(all)), deadline_(deadline) {
    BOOST_ASSERT(!all_.empty());
    attempts_.reserve(all_.size());
}

address_race::ticket::~ticket() {
    if (race_ != nullptr && --race_->tickets_ == 0 && !race_->over_) {
        race_->waiting_.forget();
    }
}

task<error_code> address_race::run(std::shared_ptr<address_race> self, platform::connection& made,
                                   race_slot& slot) {
    struct naming {
        race_slot& slot;
        ~naming() { slot.running_ = nullptr; }
    };
    slot.running_ = self.get();
    const naming until_the_end{slot};
    self->start_next();
    if (!self->over_) {
        co_await platform::suspend_coroutine(
            [race = self.get()](auto handler) { race->waiting_.hold(std::move(handler)); });
    }
    if (!self->error_) {
        made = std::move(self->winner_);
    }
    co_return self->error_;
}

void address_race::start_next() {
    const auto index = next_++;
    ++running_;
    try {
        boost::asio::co_spawn(home_, try_one(ticket(shared_from_this()), index),
                              boost::asio::detached); // throws nothing
    } catch (const std::bad_alloc&) {
        attempt_failed(out_of_memory);
        return;
    }
    start_waiting();
}

/// Without memory for it the next attempt begins when one has failed.
void address_race::start_waiting() {
    if (next_ == all_.size()) {
        return;
    }
    try {
        boost::asio::co_spawn(home_, wait_for_turn(ticket(shared_from_this()), next_),
                              boost::asio::detached); // the same
    } catch (const std::bad_alloc&) {
    }
}

task<void> address_race::wait_for_turn(ticket race, std::size_t index) {
    co_await race->network_.sleep_until(race->network_.now() + attempt_delay);
    const bool goes_on = !race->over_ && !race->cancelled_ && !is_shortage(race->error_) &&
                         race->network_.now() < race->deadline_;
    if (goes_on && race->next_ == index) {
        race->start_next();
    }
}

task<void> address_race::try_one(ticket race, std::size_t index) {
    struct listed {
        std::vector<platform::connection*>& all;
        platform::connection* one;
        ~listed() { std::erase(all, one); }
    };
    const auto& where = race->all_[index];
    platform::connection made;
    error_code error = boost::asio::error::operation_aborted;
    if (!race->over_ && !race->cancelled_) {
        race->attempts_.push_back(&made);
        const listed until_it_ends{race->attempts_, &made};
        try {
            error =
                co_await made.connect(race->network_, where.target, where.options, race->deadline_);
        } catch (const std::bad_alloc&) {
            error = out_of_memory;
        }
    }
    if (error) {
        race->attempt_failed(error);
    } else {
        race->won(std::move(made));
    }
}

void address_race::won(platform::connection made) {
    if (!over_ && !cancelled_) {
        winner_ = std::move(made);
        end({});
    } else {
        attempt_failed(boost::asio::error::operation_aborted);
    }
}

void address_race::attempt_failed(const error_code& error) {
    --running_;
    if (over_) {
        return;
    }
    if (says_more(error, error_)) {
        error_ = error;
    }
    const bool has_time = network_.now() < deadline_;
    if (!cancelled_ && has_time && next_ < all_.size() && !is_shortage(error_)) {
        start_next();
    } else if (running_ == 0) {
        end(cancelled_ ? error_code(boost::asio::error::operation_aborted) : error_);
    }
}

/// Closes what was begun with the others, and resumes whoever waits for the end.
void address_race::end(const error_code& error) {
    over_ = true;
    error_ = error;
    cancel_attempts();
    waiting_.resume();
}

void address_race::cancel() noexcept {
    cancelled_ = true;
    cancel_attempts();
}

void address_race::cancel_attempts() noexcept {
    for (auto* const each : attempts_) {
        each->cancel();
    }
}

} // namespace plug
