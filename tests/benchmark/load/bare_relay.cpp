// The least that a relay in one thread can cost: it accepts, connects and moves bytes, and knows no
// log, no limits, no health, no timeouts and no resets. What a proxy costs beyond this is its own.
//   bare_relay LISTEN TARGET [spin]     ports of 127.0.0.1; spin polls for a while before it sleeps
#include "tests/benchmark/load/sockets.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace load {
namespace {

constexpr std::size_t portion = 256 * 1024;
/// From a read of so much on, splice() moves the bytes.
constexpr std::size_t stream_begins = 32 * 1024;
/// So long it polls for the next event before it sleeps, where it spins.
constexpr std::chrono::microseconds patience{200};

/// Throws unless the call came to something.
int checked(int result, const char* call) {
    if (result < 0) {
        throw system_failure(call, errno);
    }
    return result;
}

struct pair;

struct side {
    descriptor socket{};
    side* other = nullptr;
    pair* both = nullptr;
    bool ended = false;
    /// What was read here and not yet taken there: bytes at the end of `kept`, or in the pipe.
    std::size_t waiting = 0;
    std::string kept{};
    descriptor pipe_out{};
    descriptor pipe_in{};
};

struct pair {
    side client{};
    side target{};
};

class bare_relay {
public:
    bare_relay(std::uint16_t listen, std::uint16_t target, bool spins)
        : set_(checked(::epoll_create1(0), "epoll_create1")), listener_(listen_on(listen)),
          target_(target), spins_(spins) {
        watch(listener_, nullptr, EPOLLIN);
    }

    [[noreturn]] void run() {
        std::array<epoll_event, 256> events{};
        auto last_event = std::chrono::steady_clock::now();
        for (;;) {
            const bool polls = spins_ && std::chrono::steady_clock::now() - last_event < patience;
            const int count = ::epoll_wait(set_.number(), events.data(),
                                           static_cast<int>(events.size()), polls ? 0 : -1);
            for (int index = 0; index < count; ++index) {
                serve(events.at(static_cast<std::size_t>(index)));
            }
            over_.clear();
            if (spins_ && count > 0) {
                last_event = std::chrono::steady_clock::now();
            }
        }
    }

private:
    void watch(const descriptor& socket, side* owner, std::uint32_t events) {
        epoll_event wanted{};
        wanted.events = events;
        wanted.data.ptr = owner;
        checked(::epoll_ctl(set_.number(), EPOLL_CTL_ADD, socket.number(), &wanted), "epoll_ctl");
    }

    void serve(const epoll_event& event) {
        auto* const here = static_cast<side*>(event.data.ptr);
        if (here == nullptr) {
            accept_all();
            return;
        }
        if (here->both == nullptr) {
            return; // both have ended in this round
        }
        const bool has_ended = (event.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0;
        if (has_ended || (event.events & EPOLLIN) != 0) {
            move(*here, has_ended);
        }
        if ((event.events & EPOLLOUT) != 0 && here->other->waiting != 0) {
            move(*here->other, true);
        }
        if (here->ended && here->other->ended) {
            over_.emplace_back(here->both);
            here->both = here->other->both = nullptr;
        }
    }

    void accept_all() {
        for (;;) {
            descriptor client(::accept4(listener_.number(), nullptr, nullptr, SOCK_NONBLOCK));
            if (!client.open()) {
                return;
            }
            auto made = std::make_unique<pair>();
            made->client.socket = std::move(client);
            made->target.socket = begin_connect(target_);
            send_at_once(made->target.socket);
            made->client.other = &made->target;
            made->target.other = &made->client;
            made->client.both = made->target.both = made.get();
            for (side* each : {&made->client, &made->target}) {
                watch(each->socket, each, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
            }
            made.release(); // over_ frees it
        }
    }

    static void open_pipe(side& of) {
        std::array<int, 2> ends{};
        checked(::pipe2(ends.data(), O_NONBLOCK), "pipe2");
        of.pipe_out = descriptor(ends[0]);
        of.pipe_in = descriptor(ends[1]);
        checked(::fcntl(ends[0], F_SETPIPE_SZ, portion), "F_SETPIPE_SZ");
    }

    /// Moves all that is there; `to_the_end` = an end of the stream may be behind it.
    void move(side& from, bool to_the_end) {
        while (!from.ended) {
            const auto got = deliver(from) ? fetch(from) : -1;
            if (got > 0 && !to_the_end && !from.pipe_in.open()) {
                return; // a read that did not fill the buffer
            }
            if (got == 0) {
                from.ended = true;
                ::shutdown(from.other->socket.number(), SHUT_WR); // fails where that one has
            } else if (got < 0 && errno == EAGAIN) {
                return;
            } else if (got < 0) {
                from.ended = from.other->ended = true;
            }
        }
    }

    ssize_t fetch(side& from) {
        const int socket = from.socket.number();
        if (from.pipe_in.open()) {
            const auto got = ::splice(socket, nullptr, from.pipe_in.number(), nullptr, portion,
                                      SPLICE_F_NONBLOCK | SPLICE_F_MOVE);
            from.waiting += got > 0 ? static_cast<std::size_t>(got) : 0;
            return got;
        }
        const auto got = ::recv(socket, buffer_.data(), buffer_.size(), 0);
        if (got > 0) {
            const auto size = static_cast<std::size_t>(got);
            const auto sent =
                ::send(from.other->socket.number(), buffer_.data(), size, MSG_NOSIGNAL);
            const auto gone = sent > 0 ? static_cast<std::size_t>(sent) : 0;
            from.kept.assign(buffer_.data() + gone, size - gone);
            from.waiting = size - gone;
            if (size >= stream_begins && from.waiting == 0) {
                open_pipe(from);
            }
        }
        return got;
    }

    /// Whether nothing waits any more.
    bool deliver(side& from) {
        while (from.waiting != 0) {
            const int socket = from.other->socket.number();
            const auto sent =
                from.pipe_out.open()
                    ? ::splice(from.pipe_out.number(), nullptr, socket, nullptr, from.waiting,
                               SPLICE_F_NONBLOCK | SPLICE_F_MOVE)
                    : ::send(socket, from.kept.data() + from.kept.size() - from.waiting,
                             from.waiting, MSG_NOSIGNAL);
            if (sent < 0) {
                return false;
            }
            from.waiting -= static_cast<std::size_t>(sent);
        }
        return true;
    }

    descriptor set_;
    descriptor listener_;
    std::uint16_t target_;
    bool spins_;
    std::vector<std::unique_ptr<pair>> over_;
    std::array<char, portion> buffer_{};
};

} // namespace
} // namespace load

int main(int count, char** words) {
    const std::vector<std::string> arguments(words + 1, words + count);
    const bool spins = arguments.size() == 3 && arguments.back() == "spin";
    if (arguments.size() != 2 && !spins) {
        std::cerr << "usage: bare_relay LISTEN TARGET [spin]\n";
        return 64;
    }
    load::bare_relay relay(static_cast<std::uint16_t>(std::stoi(arguments[0])),
                           static_cast<std::uint16_t>(std::stoi(arguments[1])), spins);
    relay.run();
}
