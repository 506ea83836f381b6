#include "platform/transport/linux/connection_state.hpp"

#include "platform/transport/linux/relay_machine.hpp"
#include "platform/transport/linux/socket.hpp"

#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace plug::platform {

namespace {

/// A first write of this size fits into one segment everywhere, so nothing holds it back.
constexpr std::size_t surely_one_segment = 500;

moved outcome_of(ssize_t result) noexcept {
    if (result < 0)
        return {errno, 0};
    return {0, static_cast<std::size_t>(result)};
}

} // namespace

bool moved::would_block() const noexcept { return error == EAGAIN || error == EWOULDBLOCK; }

connection::state::state(network::state& hosting, descriptor opened,
                         const endpoint& other_end) noexcept
    : watched(std::move(opened)), worker(hosting), peer(other_end) {}

connection::state::~state() = default;

void connection::state::on_events(std::uint32_t events) {
    if ((events & (EPOLLIN | EPOLLPRI | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0)
        readable = true;
    if ((events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0)
        writable = true;
    if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0)
        ended = true;
    if ((events & EPOLLPRI) != 0)
        urgent = true;
    if ((events & EPOLLERR) != 0)
        failed = true;
    if (relay != nullptr)
        return relay->on_events();
    if (readable && reader != nullptr)
        reader->complete(waiter::outcome::ready);
    // What was just resumed may have closed this socket; the object lives until the batch ends.
    if (socket && writable && writer != nullptr)
        writer->complete(waiter::outcome::ready);
}

moved connection::state::receive(void* data, std::size_t size) noexcept {
    moved result;
    do {
        result = outcome_of(::recv(socket.get(), data, size, 0));
    } while (result.error == EINTR);
    after_receiving(result, size);
    return result;
}

/// A short read has emptied the socket, and whatever comes later makes a new event. It has not
/// where the stream has ended behind the data, nor before an urgent byte, at which recv() stops.
void connection::state::after_receiving(const moved& result, std::size_t asked) noexcept {
    if (result.would_block())
        readable = urgent = false;
    if (result.error == 0 && result.bytes < asked && !ended && !urgent)
        readable = false;
}

moved connection::state::send(const void* data, std::size_t size) noexcept {
    stop_delaying(size);
    moved result;
    do {
        result = outcome_of(::send(socket.get(), data, size, MSG_NOSIGNAL));
    } while (result.error == EINTR);
    if (result.would_block() || result.bytes < size)
        writable = false;
    return result;
}

/// Nagle's algorithm can only hold back what follows unacknowledged data. Many sessions send their
/// target one small request and no more: those need no call to switch it off.
void connection::state::stop_delaying(std::size_t next_write) noexcept {
    if (!delaying || (!std::exchange(sent_before, true) && next_write <= surely_one_segment))
        return;
    delaying = false;
    (void)set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1);
}

moved connection::state::receive_into(pipe& filled) noexcept {
    moved result;
    do {
        result = outcome_of(::splice(socket.get(), nullptr, filled.write_end.get(), nullptr,
                                     filled.capacity, SPLICE_F_MOVE | SPLICE_F_NONBLOCK));
    } while (result.error == EINTR);
    if (result.would_block() && !urgent && !ended)
        readable = false;
    filled.filled += result.bytes;
    return result;
}

moved connection::state::send_from(pipe& emptied) noexcept {
    stop_delaying(emptied.filled);
    moved result;
    do {
        result = outcome_of(::splice(emptied.read_end.get(), nullptr, socket.get(), nullptr,
                                     emptied.filled, SPLICE_F_MOVE | SPLICE_F_NONBLOCK));
    } while (result.error == EINTR);
    if (result.would_block())
        writable = false;
    emptied.filled -= result.bytes;
    return result;
}

/// A reset that came behind the peer's end of stream is hidden from reads, which find that end.
int connection::state::send_end() noexcept {
    if (::shutdown(socket.get(), SHUT_WR) == 0)
        return 0;
    const int error = take_error();
    return error != 0 ? error : ECONNRESET;
}

void connection::state::reset_when_closed() noexcept {
    const linger at_once{1, 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

std::size_t connection::state::unsent() const noexcept {
    int queued = 0;
    if (::ioctl(socket.get(), SIOCOUTQ, &queued) != 0)
        queued = 0;
    return static_cast<std::size_t>(queued) + (relay != nullptr ? relay->held_for(*this) : 0);
}

int connection::state::take_error() noexcept {
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0)
        return errno;
    return error;
}

void connection::state::cancel_waiting() noexcept {
    if (reader != nullptr)
        reader->complete_soon(waiter::outcome::aborted);
    if (writer != nullptr)
        writer->complete_soon(waiter::outcome::aborted);
}

} // namespace plug::platform
