#include "platform/transport/portable/relay_job.hpp"

#include <boost/asio/co_spawn.hpp>

#include <algorithm>
#include <exception>

namespace plug::platform {

namespace {

/// How often the send queue is looked at while the last bytes go out, at first and later on.
constexpr std::chrono::milliseconds first_poll{1};
constexpr std::chrono::milliseconds last_poll{64};

/// How long the last bytes may take before a reset where the system knows nothing of its send
/// queue. Nothing shows their progress there, so that this is all that they get.
constexpr std::chrono::milliseconds blind_flush{250};

void look_at_flush(void* waiter) { static_cast<relay_job*>(waiter)->watch_flush(); }

/// What has not arrived at `receiver`; unset = the system does not know.
std::optional<std::size_t> unacknowledged(connection::state& receiver) {
    return unacknowledged_bytes(receiver.socket.native_handle(), receiver.written);
}

/// Sends an end of stream; the error of a connection that is gone. A reset that came behind the
/// peer's end of stream is hidden from reads, which find that end.
error_code send_end(connection::state& to) {
    error_code gone;
    to.socket.shutdown(asio::socket_base::shutdown_send, gone);
    if (!gone) {
        return {};
    }
    const auto error = take_pending_error(to.socket.native_handle());
    return error ? error : error_code(asio::error::connection_reset);
}

/// False where the relay was cancelled meanwhile, and is aborted.
task<bool> pause(relay_job& shared, std::chrono::milliseconds& length) {
    co_await shared.client.net.sleep_until(clock::now() + length);
    length = std::min(length * 2, last_poll);
    const bool is_cancelled = shared.client.cancelled || shared.target.cancelled;
    if (is_cancelled) {
        shared.abort();
    }
    co_return !is_cancelled;
}

/// Both streams have ended, and the client spoke last: a target that is gone answers with a reset.
/// Where the system knows nothing of its send queue, one that has come by now is found.
task<void> settle(relay_job& shared) {
    const bool is_told = shared.result.first == side::client;
    auto error = is_told ? error_code() : send_end(shared.target);
    shared.begin_flush(side::target);
    auto length = first_poll;
    bool goes_on = true;
    while (goes_on && !shared.flush_is_over) {
        if (!error) {
            error = take_pending_error(shared.target.socket.native_handle());
        }
        if (error) {
            shared.fail(side::target, error);
        }
        if (shared.failed || unacknowledged(shared.target).value_or(0) == 0) {
            co_return;
        }
        goes_on = co_await pause(shared, length);
    }
}

/// Waits until the side that did not fail has received all that was written to it, or for a while
/// where the system does not know that.
task<void> flush(relay_job& shared) {
    const auto in_the_dark = clock::now() + blind_flush;
    auto length = first_poll;
    bool goes_on = true;
    while (goes_on && !shared.flush_is_over) {
        const auto left = unacknowledged(shared.at(shared.receiver));
        if (left ? *left == 0 : clock::now() >= in_the_dark) {
            break;
        }
        goes_on = co_await pause(shared, length);
    }
}

/// What is left once both directions have ended.
task<void> deliver_last_bytes(relay_part own_part) {
    auto& shared = own_part.shared();
    if (!shared.failed) {
        co_await settle(shared);
    }
    if (shared.failed && !shared.aborted) {
        co_await flush(shared);
    }
    own_part.ends_in_order();
}

} // namespace

void relay_job::note_end(side whose) {
    if (!ended_once) {
        ended_once = true;
        result.first = whose;
    }
}

void relay_job::fail(side whose, const error_code& error) {
    if (failed || aborted) {
        return; // the first failure decides
    }
    if (client.cancelled || target.cancelled) {
        abort();
        return;
    }
    failed = ended_once = true;
    result = {error, whose};
    begin_flush(other(whose));
}

/// The last end is left to closing, which sends it.
void relay_job::pass_on_end(side whose) {
    note_end(whose);
    if (stats.half_closed_at != never) {
        return;
    }
    stats.half_closed_at = clock::now();
    if (whose == side::target && client_spoke_last) {
        const auto error = take_pending_error(target.socket.native_handle());
        if (error) {
            fail(side::target, error);
            return interrupt_both(); // the other direction cannot reach the target any more
        }
    }
    const auto gone = send_end(at(other(whose)));
    if (gone) {
        fail(other(whose), gone);
    }
}

void relay_job::begin_flush(side of) {
    receiver = of;
    flush_until = clock::now() + options.flush_timeout;
    watch_flush();
}

/// The time counts from the last byte that arrived.
void relay_job::watch_flush() {
    const auto now = clock::now();
    const auto all = receiver == side::client ? stats.from_target : stats.from_client;
    const auto arrived = all - unacknowledged(at(receiver)).value_or(at(receiver).written.pending);
    if (std::exchange(delivered, arrived) != arrived) {
        flush_until = now + options.flush_timeout;
    }
    if (now >= flush_until) {
        flush_is_over = true;
        return interrupt_both();
    }
    const auto next = std::min(flush_until, now + options.flush_timeout / 4);
    flush.emplace(client.net.deadlines, next, &look_at_flush, this);
}

void relay_job::abort(error_code why) noexcept {
    if (!std::exchange(aborted, true)) {
        const bool was_cancelled = why == asio::error::operation_aborted;
        result.error = failed && !was_cancelled ? result.error : why; // the first failure decides
        interrupt_both();
    }
}

void begin_story(asio::io_context& context, task<void> story) noexcept {
    try {
        asio::co_spawn(context, std::move(story), [](const std::exception_ptr& escaped) {
            if (escaped) {
                std::rethrow_exception(escaped);
            }
        });
    } catch (...) { // out of memory
    }
}

void relay_job::part_is_over() noexcept {
    if (--parts > 0) {
        return;
    }
    if (network_life.expired()) { // nobody is left to be told
        delete this;
        return;
    }
    const bool is_settled = !failed && !client_spoke_last;
    if (is_settled || aborted || std::exchange(delivers_last_bytes, true)) {
        return end();
    }
    auto& context = client.net.context;
    try {
        begin_story(context, deliver_last_bytes(relay_part(*this)));
    } catch (...) { // its part was the last
    }
}

void relay_job::end() noexcept {
    const auto told = result;
    auto& hears = observer;
    flush.reset();
    if (failed || aborted) {
        client_handle.reset();
        target_handle.reset();
    } else {
        client_handle.close();
        target_handle.close();
    }
    delete this;
    hears.relay_ended(told);
}

} // namespace plug::platform
