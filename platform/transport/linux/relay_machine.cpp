#include "platform/transport/linux/relay_machine.hpp"

#include <boost/assert.hpp>

namespace plug::platform {

relay_machine::relay_machine(connection& client, connection& target, const relay_options& options,
                             relay_stats& stats, relay_observer& observer)
    : sides_{client.self(), target.self()}, flows_{flow{*sides_[0], *sides_[1], stats.from_client,
                                                        stats.last_active},
                                                   flow{*sides_[1], *sides_[0], stats.from_target,
                                                        stats.last_active}},
      observer_(observer), stats_(stats), client_(client), target_(target),
      flush_timeout_(static_cast<std::uint32_t>(options.flush_timeout.count())) {
    BOOST_ASSERT(&sides_[0]->worker == &sides_[1]->worker);
    attach(stats);
    loop().suspend(*this, never);
}

void relay_machine::start() {
    advance();
    end_if_finished();
}

/// The last thing that a machine does.
void relay_machine::end_if_finished() {
    if (!finished_)
        return;
    relay_observer& told = observer_;
    const relay_result result = result_;
    delete this;
    told.relay_ended(result);
}

relay_machine::~relay_machine() { detach(); }

void relay_machine::attach(relay_stats& stats) noexcept {
    for (const std::size_t which : {client_side, target_side}) {
        sides_[which]->relay = this;
        sides_[which]->touched = {&failed_side_, &flows_[1], sides_[1 - which], &stats};
    }
}

void relay_machine::detach() noexcept {
    for (connection::state* const each : sides_) {
        if (each != nullptr) {
            each->relay = nullptr;
            each->touched = {};
        }
    }
}

void relay_machine::on_events() {
    advance();
    end_if_finished();
}

void relay_machine::on_turn() { on_events(); }

void relay_machine::on_deadline() {
    advance();
    end_if_finished();
}

void relay_machine::abandon() noexcept {
    for (flow& each : flows_)
        each.drop();
    delete this;
}

void relay_machine::advance() {
    if (sides_[0]->cancelled || sides_[1]->cancelled) {
        return finish(asio::error::operation_aborted);
    }
    notice_failures();
    if (!finished_)
        advance(client_side);
    if (!finished_)
        advance(target_side);
    if (!finished_ && settling_ && !failing_)
        settle();
    if (!finished_ && failing_)
        flush();
}

/// An error event counts at once, even while the other side takes nothing and so nothing is read.
void relay_machine::notice_failures() {
    for (const std::size_t which : {client_side, target_side}) {
        if (finished_ || !std::exchange(sides_[which]->failed, false))
            continue;
        if (const int error = sides_[which]->take_error(); error != 0)
            fail(which, error);
    }
}

void relay_machine::advance(std::size_t sender) {
    flow& moving = flows_[sender];
    if (moving.done())
        return;
    const flow::progress came = moving.move();
    if (moving.ended())
        came_first(sender);
    switch (came) {
    case flow::progress::waits:
        break;
    case flow::progress::wants_turn:
        loop().make_ready(*this);
        break;
    case flow::progress::delivered:
        end_of(sender);
        break;
    case flow::progress::sender_failed:
        fail(sender, moving.error());
        break;
    case flow::progress::receiver_failed:
        fail(1 - sender, moving.error());
        break;
    }
}

void relay_machine::came_first(std::size_t which) noexcept {
    if (std::exchange(first_is_known_, true))
        return;
    result_.first = which == client_side ? side::client : side::target;
}

void relay_machine::end_of(std::size_t sender) {
    if (failing_)
        return;
    const bool is_last = flows_[1 - sender].done();
    connection::state& target = *sides_[target_side];
    if (is_last && !target.unanswered)
        return finish({}); // closing sends the last end, without a call of its own
    if (is_last) {
        settling_ = true;
        flush_until_ = loop().now() + flush_timeout_;
        if (sender == target_side)
            return; // the client hears of it when all is settled
    } else {
        stats_.half_closed_at = loop().now();
        if (sender == target_side && target.unanswered) {
            if (const int error = target.take_error(); error != 0)
                return fail(target_side, error);
        }
    }
    if (const int error = sides_[1 - sender]->send_end(); error != 0)
        fail(1 - sender, error);
}

/// Both streams have ended, and the client spoke last: a target that is gone answers with a reset.
void relay_machine::settle() {
    if (const int error = sides_[target_side]->take_error(); error != 0)
        fail(target_side, error);
    else if (has_all(target_side))
        finish({});
}

/// Nothing goes to the failed side any more; what it sent before still reaches the other one.
void relay_machine::fail(std::size_t which, int error) {
    if (failing_) {
        if (which != failed_side_)
            finish(result_.error);
        return;
    }
    first_is_known_ = true;
    result_.first = which == client_side ? side::client : side::target;
    failing_ = true;
    failed_side_ = static_cast<std::uint8_t>(which);
    result_.error = error_code{error, boost::system::system_category()};
    flush_until_ = loop().now() + flush_timeout_;
    flows_[1 - which].drop();
    flows_[which].expect_no_more();
    advance(which);
}

/// What came before the failure is delivered, then the other side is reset too.
void relay_machine::flush() {
    if (has_all(1 - failed_side_))
        finish(result_.error);
}

/// Whether the receiver's system has all that there is for it, or has taken nothing for the flush
/// timeout. Otherwise advance() comes back to this soon.
bool relay_machine::has_all(std::size_t receiver) {
    constexpr std::chrono::milliseconds first_pause{1};
    constexpr unsigned most_doublings = 6;
    const bool is_written = flows_[1 - receiver].done();
    const std::size_t left = sides_[receiver]->unsent();
    if (is_written && left == 0)
        return true;
    const auto now = clock::now();
    const auto all = receiver == client_side ? stats_.from_target : stats_.from_client;
    if (const auto delivered = static_cast<std::uint32_t>(all - left);
        std::exchange(delivered_, delivered) != delivered)
        flush_until_ = now + flush_timeout_;
    if (now >= flush_until_)
        return true;
    const unsigned doublings = is_written ? polls_ : most_doublings;
    if (is_written && polls_ < most_doublings)
        ++polls_;
    loop().set_deadline(*this, std::min(flush_until_, now + first_pause * (1U << doublings)));
    return false;
}

void relay_machine::finish(error_code error) {
    finished_ = true;
    result_.error = error;
    loop().release(*this);
    for (flow& each : flows_)
        each.drop();
    detach();
    sides_ = {};
    if (error) {
        client_.reset();
        target_.reset();
    } else {
        client_.close();
        target_.close();
    }
}

void relay(connection& client, connection& target, const relay_options& options, relay_stats& stats,
           relay_observer& observer) {
    (new relay_machine{client, target, options, stats, observer})->start();
}

} // namespace plug::platform
