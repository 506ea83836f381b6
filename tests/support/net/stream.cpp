#include "tests/support/net/stream.hpp"

#include "tests/support/net/ports.hpp"
#include "tests/support/net/socket_address.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>

#include <array>
#include <cerrno>
#include <ostream>
#include <stdexcept>
#include <vector>

namespace plug::test {

namespace {

using steady = std::chrono::steady_clock;

socket_address local_end(int number) {
    socket_address found;
    if (getsockname(number, found.data(), &found.length) != 0)
        fail("address of a socket");
    return found;
}

} // namespace

std::ostream& operator<<(std::ostream& out, stream_end end) {
    constexpr std::array texts{"an orderly end", "a reset", "no end in time"};
    return out << texts.at(static_cast<std::size_t>(end));
}

stream stream::connect(const std::string& host, std::uint16_t port, const stream_options& options) {
    auto address = address_of(host, port);
    descriptor made = tcp_socket(address.family());
    set_option(made, IPPROTO_TCP, TCP_NODELAY, 1);
    if (options.receive_buffer != 0)
        set_option(made, SOL_SOCKET, SO_RCVBUF, options.receive_buffer);
    if (!options.source.empty()) {
        auto source = address_of(options.source, 0);
        choose_port_late(made);
        if (bind(made.number(), source.data(), source.length) != 0)
            fail("bind " + options.source);
    }
    if (::connect(made.number(), address.data(), address.length) != 0 && errno != EINPROGRESS)
        fail("connect " + join(host, port));
    if (!ready(made.number(), POLLOUT, steady::now() + patience))
        throw std::runtime_error("connect " + join(host, port) + ": no answer");
    int outcome = 0;
    socklen_t length = sizeof outcome;
    getsockopt(made.number(), SOL_SOCKET, SO_ERROR, &outcome, &length);
    errno = outcome;
    if (outcome != 0 && outcome != ECONNRESET)
        fail("connect " + join(host, port));
    stream connected(std::move(made), host, port);
    connected.was_reset_at_once_ = outcome == ECONNRESET;
    return connected;
}

bool stream::try_send(std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent >= 0)
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        else if (errno == EPIPE || errno == ECONNRESET)
            return false;
        else if (errno != EAGAIN)
            fail("send");
        else if (!ready(number(), POLLOUT, steady::now() + patience))
            throw std::runtime_error("send: the peer takes nothing");
    }
    return true;
}

void stream::send(std::string_view bytes) {
    if (!try_send(bytes))
        throw std::runtime_error("send: the connection is gone");
}

std::size_t stream::send_until_blocked(std::size_t at_most, milliseconds quiet) {
    const std::string portion(16 * 1024, 'x');
    std::size_t total = 0;
    while (total < at_most) {
        const auto sent = ::send(number(), portion.data(), portion.size(), MSG_NOSIGNAL);
        if (sent >= 0)
            total += static_cast<std::size_t>(sent);
        else if (errno != EAGAIN)
            fail("send");
        else if (!ready(number(), POLLOUT, steady::now() + quiet))
            break;
    }
    return total;
}

void stream::send_urgent(char byte) {
    if (::send(number(), &byte, sizeof byte, MSG_OOB | MSG_NOSIGNAL) != 1)
        fail("send urgent data");
}

std::string stream::receive(std::size_t bytes) {
    std::string all(bytes, '\0');
    std::size_t have = 0;
    while (have < bytes) {
        const auto got = recv(number(), all.data() + have, bytes - have, 0);
        if (got > 0)
            have += static_cast<std::size_t>(got);
        else if (got == 0)
            throw std::runtime_error("the stream ended after " + std::to_string(have) +
                                     " bytes instead of " + std::to_string(bytes));
        else if (errno != EAGAIN)
            fail("receive");
        else if (!ready(number(), POLLIN, steady::now() + patience))
            throw std::runtime_error("receive: only " + std::to_string(have) + " bytes of " +
                                     std::to_string(bytes) + " came");
    }
    return all;
}

std::string stream::receive_until(std::string_view mark) {
    std::string all;
    while (!all.ends_with(mark))
        all += receive(1);
    return all;
}

received stream::receive_to_end(milliseconds limit) {
    const auto deadline = steady::now() + limit;
    received all{{}, was_reset_at_once_ ? stream_end::reset : stream_end::timed_out};
    while (!take(all) && ready(number(), POLLIN, deadline)) {
    }
    return all;
}

/// Appends what is there; true when the end has been reached.
bool stream::take(received& all) {
    std::array<char, 64 * 1024> buffer; // NOLINT: filled by recv
    while (all.end == stream_end::timed_out) {
        const auto got = recv(number(), buffer.data(), buffer.size(), 0);
        if (got > 0)
            all.bytes.append(buffer.data(), static_cast<std::size_t>(got));
        else if (got == 0)
            all.end = stream_end::orderly;
        else if (errno == ECONNRESET)
            all.end = stream_end::reset;
        else if (errno == EAGAIN)
            return false;
        else
            fail("receive");
    }
    return true;
}

// One thread for both directions: the system tells of a reset once, to whichever call comes first,
// and to the next one the stream seems to end in order.
received stream::exchange(std::string_view bytes) {
    const auto deadline = steady::now() + patience;
    received all{{}, was_reset_at_once_ ? stream_end::reset : stream_end::timed_out};
    bool is_sending = true;
    while (!take(all)) {
        if (is_sending) {
            const auto sent = ::send(number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent >= 0)
                bytes.remove_prefix(static_cast<std::size_t>(sent));
            else if (errno == ECONNRESET)
                all.end = stream_end::reset;
            else if (errno == EPIPE) // The end that came before will be seen.
                is_sending = false;
            else if (errno != EAGAIN)
                fail("send");
            if (is_sending && bytes.empty()) {
                shutdown(number(), SHUT_WR);
                is_sending = false;
            }
        }
        const short events = static_cast<short>(POLLIN | (is_sending ? POLLOUT : 0));
        if (all.end == stream_end::timed_out && !ready(number(), events, deadline))
            return all;
    }
    return all;
}

std::string stream::receive_some(milliseconds limit) {
    if (!ready(number(), POLLIN, steady::now() + limit))
        return {};
    std::string some(64 * 1024, '\0');
    const auto got = recv(number(), some.data(), some.size(), 0);
    some.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return some;
}

bool stream::is_silent_for(milliseconds time) {
    return !ready(number(), POLLIN, steady::now() + time);
}

void stream::half_close() {
    if (shutdown(number(), SHUT_WR) != 0)
        fail("shutdown");
}

void stream::reset() {
    const linger at_once{1, 0};
    setsockopt(number(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close();
}

std::string stream::local_host() const { return local_end(number()).host(); }
std::uint16_t stream::local_port() const { return local_end(number()).port(); }

} // namespace plug::test
