#include "platform/transport/linux/flow.hpp"

#include <cerrno>
#include <cstring>
#include <new>

namespace plug::platform {

namespace {

/// What one direction may move before others get their turn.
constexpr std::uint64_t budget = std::uint64_t{1024} * 1024;
/// A read of so much means that a stream has begun.
constexpr std::size_t stream_begins = std::size_t{32} * 1024;
/// A stream that gives less than this at a time is cheaper to copy.
constexpr std::size_t stream_ends = std::size_t{4} * 1024;

bool means_splice_is_refused(int error) noexcept {
    return error == EINVAL || error == ENOSYS || error == EPERM || error == EACCES;
}

} // namespace

flow::flow(connection::state& from, connection::state& to, std::uint64_t& counter,
           clock::time_point& last_active)
    : from_(from), to_(to), counter_(counter), last_active_(last_active) {}

flow::progress flow::move() {
    if (done_)
        return progress::delivered;
    const std::uint64_t moved_before = counter_;
    for (;;) {
        if (!deliver())
            return undelivered();
        if (const auto first = std::move(from_.unread)) {
            pass_on(first->data(), first->size());
            continue;
        }
        if (ended_ || (no_more_ && !from_.readable)) {
            done_ = true;
            return progress::delivered;
        }
        if (!from_.readable)
            return progress::waits;
        if (counter_ - moved_before >= budget)
            return progress::wants_turn;
        if (!fetch())
            return progress::sender_failed;
    }
}

void flow::drop() noexcept {
    backlog_.reset();
    if (pipe_)
        from_.worker.pipes.give_back(std::move(pipe_));
    done_ = true;
}

flow::progress flow::undelivered() const noexcept {
    return receiver_failed_ ? progress::receiver_failed : progress::waits;
}

bool flow::deliver() {
    if (backlog_)
        return deliver_backlog();
    if (pipe_)
        return deliver_pipe();
    return !receiver_failed_;
}

bool flow::deliver_backlog() {
    while (backlog_->begin != backlog_->end) {
        if (!to_.writable)
            return false;
        const moved sent =
            to_.send(&backlog_->bytes[backlog_->begin], backlog_->end - backlog_->begin);
        backlog_->begin += sent.bytes;
        note_delivery(sent);
        if (sent.error != 0 && !sent.would_block()) {
            receiver_failed(sent.error);
            return false;
        }
    }
    backlog_.reset();
    return true;
}

bool flow::deliver_pipe() {
    while (pipe_->filled != 0) {
        if (!to_.writable)
            return false;
        const moved sent = to_.send_from(*pipe_);
        note_delivery(sent);
        if (sent.error != 0 && !sent.would_block()) {
            receiver_failed(sent.error);
            return false;
        }
    }
    from_.worker.pipes.give_back(std::move(pipe_));
    return true;
}

/// Reads once; false where the sender has failed.
bool flow::fetch() {
    if (streaming_ && !from_.urgent && !no_more_) {
        pipe_ = from_.worker.pipes.take();
        if (pipe_)
            return fetch_splicing();
    }
    return fetch_copying();
}

bool flow::fetch_copying() {
    char* const buffer = from_.worker.buffer.get();
    const moved read = from_.receive(buffer, network::state::buffer_size);
    if (read.error != 0)
        return read.would_block() || !sender_failed(read);
    if (read.bytes == 0) {
        ended_ = true;
        return true;
    }
    streaming_ = read.bytes >= stream_begins;
    pass_on(buffer, read.bytes);
    return true;
}

/// Writes what was read, and keeps what the receiver does not take.
void flow::pass_on(const char* bytes, std::size_t size) {
    count(size);
    const moved sent = to_.send(bytes, size);
    if (sent.error != 0 && !sent.would_block()) {
        receiver_failed(sent.error);
    } else if (sent.bytes < size) {
        keep(bytes + sent.bytes, size - sent.bytes);
    }
}

/// Where splice() shows no bytes, a read tells what that means: it stops at urgent bytes as if the
/// stream had ended or were empty.
bool flow::fetch_splicing() {
    const moved read = from_.receive_into(*pipe_);
    count(read.bytes);
    if (read.bytes < stream_ends)
        streaming_ = read.would_block() && !from_.readable;
    if (read.error == 0 || read.would_block())
        return true;
    if (!means_splice_is_refused(read.error))
        return !sender_failed(read);
    streaming_ = false;
    from_.worker.pipes.give_up({read.error, boost::system::system_category()});
    return true;
}

bool flow::sender_failed(const moved& result) noexcept {
    if (no_more_) {
        ended_ = true; // its failure is known already
        return false;
    }
    error_ = result.error;
    return true;
}

void flow::receiver_failed(int error) noexcept {
    backlog_.reset();
    receiver_failed_ = true;
    error_ = error;
}

void flow::count(std::size_t bytes) noexcept {
    if (bytes == 0)
        return;
    counter_ += bytes;
    from_.unanswered = false;
    to_.unanswered = true;
    last_active_ = from_.worker.loop.now();
}

/// A slow receiver takes for long what was read at once: its session is not idle meanwhile.
void flow::note_delivery(const moved& sent) noexcept {
    if (sent.bytes != 0)
        last_active_ = from_.worker.loop.now();
}

void flow::keep(const char* data, std::size_t size) {
    // Bytes that were read and cannot be kept are lost: that ends the session, and must not throw.
    backlog_.reset(new (std::nothrow) backlog);
    if (backlog_)
        backlog_->bytes.reset(new (std::nothrow) char[size]);
    if (!backlog_ || !backlog_->bytes)
        return receiver_failed(ENOMEM);
    std::memcpy(backlog_->bytes.get(), data, size);
    backlog_->end = size;
}

} // namespace plug::platform
