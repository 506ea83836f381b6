#include "tests/benchmark/load/trip_client.hpp"

#include "tests/benchmark/load/pattern.hpp"

#include <array>
#include <cerrno>
#include <sys/epoll.h>
#include <sys/socket.h>

namespace load {
namespace {

std::array<char, std::size_t{64} * 1024> buffer; // one for all: what is read is compared at once

} // namespace

trip_client::trip_client(event_loop& loop, trip_owner& owner, std::uint64_t number,
                         std::size_t message_bytes)
    : loop_(loop), owner_(owner), number_(number), message_bytes_(message_bytes) {}

void trip_client::open(std::uint16_t port) {
    connected_ = false;
    waiting_ = true;
    socket_ = begin_connect(port);
    if (message_bytes_ > 1024) {
        send_at_once(socket_); // a message may leave in pieces: Nagle would hold the last one
    }
    loop_.add(socket_, *this, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
}

void trip_client::start_trip() {
    waiting_ = true;
    sent_ = received_ = 0;
    began_ = clock::now();
    send_rest();
}

/// Every message differs from the one before it and from those of the other connections.
std::uint64_t trip_client::offset() const { return number_ * 7919 + trips_ * 104729; }

void trip_client::lost(const std::string& what) const {
    throw failure("connection " + std::to_string(number_) + ", message " + std::to_string(trips_) +
                  ": " + what);
}

void trip_client::ready(std::uint32_t events) {
    if ((events & EPOLLERR) != 0) {
        lost(system_failure(connected_ ? "reset" : "not connected", pending_error(socket_)).what());
    }
    if (!connected_) {
        if ((events & EPOLLOUT) == 0) {
            return;
        }
        connected_ = true;
        start_trip();
        return;
    }
    if (waiting_ && sent_ < message_bytes_) {
        send_rest();
    }
    if ((events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP)) != 0) {
        receive();
    }
}

void trip_client::send_rest() {
    const ssize_t sent = ::send(socket_.number(), shared_pattern().at(offset()) + sent_,
                                message_bytes_ - sent_, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) {
        lost(system_failure("sending", errno).what());
    }
    if (sent > 0) {
        sent_ += static_cast<std::size_t>(sent);
    }
}

void trip_client::receive() {
    const ssize_t got = ::recv(socket_.number(), buffer.data(), buffer.size(), 0);
    if (got < 0 && errno == EAGAIN) {
        return;
    }
    if (got < 0) {
        lost(system_failure("reading", errno).what());
    }
    if (got == 0) {
        lost("the connection was closed");
    }
    const auto size = static_cast<std::size_t>(got);
    if (!waiting_ || received_ + size > message_bytes_) {
        lost("more bytes came than were sent");
    }
    if (!shared_pattern().matches(buffer.data(), size, offset() % pattern::period + received_)) {
        lost("the bytes that came back are not those that were sent");
    }
    received_ += size;
    if (received_ < message_bytes_) {
        return;
    }
    ++trips_;
    waiting_ = false;
    owner_.answered(*this);
}

} // namespace load
