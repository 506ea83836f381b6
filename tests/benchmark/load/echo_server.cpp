#include "tests/benchmark/load/echo_server.hpp"

#include <array>
#include <cerrno>
#include <sys/epoll.h>
#include <sys/socket.h>

namespace load {
namespace {

constexpr std::uint32_t edge_triggered = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;

/// One buffer for all sessions: it is empty again before the next session is served.
std::array<char, std::size_t{64} * 1024> buffer;

} // namespace

class echo_server::session final : public endpoint {
public:
    session(echo_server& server, descriptor socket) : server_(server), socket_(std::move(socket)) {
        server_.loop_.add(socket_, *this, edge_triggered);
    }

    void ready(std::uint32_t events) override {
        if (flush() && drain((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0)) {
            server_.forget(static_cast<std::size_t>(socket_.number())); // ends this object
        }
    }

private:
    /// Sends what is pending; false if some of it still waits.
    bool flush() {
        if (pending_.empty()) {
            return true;
        }
        const std::string waiting = std::move(pending_);
        pending_.clear();
        send(waiting.data(), waiting.size());
        return pending_.empty();
    }

    void answer(const char* bytes, std::size_t size) {
        const std::size_t piece = (size + server_.pieces_ - 1) / server_.pieces_;
        for (; size > piece; size -= piece, bytes += piece) {
            send(bytes, piece);
        }
        send(bytes, size);
    }

    void send(const char* bytes, std::size_t size) {
        if (!pending_.empty()) {
            pending_.append(bytes, size);
            return;
        }
        const ssize_t sent = ::send(socket_.number(), bytes, size, MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN) {
            throw system_failure("the server was sending", errno);
        }
        const std::size_t done = sent < 0 ? 0 : static_cast<std::size_t>(sent);
        server_.echoed_bytes_ += done;
        pending_.append(bytes + done, size - done);
    }

    /// Echoes what has come; true at the end of the stream. A short read means that there is no
    /// more, unless the end of the stream is known to wait behind it.
    bool drain(bool end_waits) {
        for (;;) {
            const ssize_t got = ::recv(socket_.number(), buffer.data(), buffer.size(), 0);
            if (got < 0 && errno == EAGAIN) {
                return false;
            }
            if (got < 0) {
                throw system_failure("the server was reading", errno);
            }
            if (got == 0) {
                return true;
            }
            answer(buffer.data(), static_cast<std::size_t>(got));
            const bool full = static_cast<std::size_t>(got) == buffer.size();
            if (!pending_.empty() || (!full && !end_waits)) {
                return false;
            }
        }
    }

    echo_server& server_;
    descriptor socket_;
    std::string pending_;
};

echo_server::echo_server(event_loop& loop, std::uint16_t port, std::size_t pieces)
    : loop_(loop), pieces_(pieces), listener_(listen_on(port, pieces > 1)) {
    loop_.add(listener_, *this, EPOLLIN | EPOLLET);
}

echo_server::~echo_server() = default;

void echo_server::ready(std::uint32_t) {
    for (;;) {
        descriptor socket(
            ::accept4(listener_.number(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (!socket.open() && errno == EAGAIN) {
            return;
        }
        if (!socket.open()) {
            throw system_failure("the server was accepting", errno);
        }
        const auto slot = static_cast<std::size_t>(socket.number());
        if (slot >= sessions_.size()) {
            sessions_.resize(slot + 1);
        }
        sessions_[slot] = std::make_unique<session>(*this, std::move(socket));
        ++open_;
        ++accepted_;
    }
}

void echo_server::forget(std::size_t slot) {
    --open_;
    sessions_[slot].reset();
}

} // namespace load
