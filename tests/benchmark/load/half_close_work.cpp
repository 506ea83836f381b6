// Sessions whose client ends its writing side and then waits: the server answers after that end,
// once all sessions have reached it. Every request, end and answer must come through.
#include "tests/benchmark/load/pattern.hpp"
#include "tests/benchmark/load/work.hpp"

#include <array>
#include <cerrno>
#include <deque>
#include <sys/epoll.h>
#include <sys/socket.h>

namespace load {
namespace {

constexpr std::size_t request_bytes = 2000;
constexpr std::size_t answer_bytes = 4096;
constexpr std::size_t opening_at_once = 128;
constexpr std::chrono::seconds patience{8};

std::array<char, std::size_t{64} * 1024> buffer;

/// Reads one piece into the buffer and compares it; -1 if nothing waits, 0 at the end.
ssize_t read_and_compare(const descriptor& socket, std::size_t received) {
    const ssize_t got = ::recv(socket.number(), buffer.data(), buffer.size(), 0);
    if (got < 0 && errno != EAGAIN) {
        throw system_failure("reading", errno);
    }
    if (got > 0 &&
        !shared_pattern().matches(buffer.data(), static_cast<std::size_t>(got), received)) {
        throw failure("wrong bytes came");
    }
    return got;
}

void send_all(const descriptor& socket, std::size_t size) {
    const ssize_t sent = ::send(socket.number(), shared_pattern().at(0), size, MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(size)) {
        throw system_failure("sending", errno);
    }
}

struct counts {
    event_loop& loop;
    std::size_t answered = 0;  ///< clients that hold the whole answer and its end
    std::size_t ends_seen = 0; ///< requests that reached the server whole, with their end
    std::size_t asked = 0;     ///< clients that sent their request and its end
};

/// Either side of a session: reads to the end; what it read must be exactly `expected` bytes.
class half_closing : public endpoint {
public:
    half_closing(counts& shared, descriptor socket, std::size_t expected)
        : shared_(shared), socket_(std::move(socket)), expected_(expected) {
        shared_.loop.add(socket_, *this, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
    }

    void ready(std::uint32_t events) override {
        if ((events & EPOLLERR) != 0) {
            throw system_failure("a session was reset", pending_error(socket_));
        }
        if ((events & EPOLLOUT) != 0) {
            writable();
        }
        while (!ended_ && read_once()) {
        }
    }

protected:
    virtual void writable() {}
    virtual void ended() = 0;

    counts& shared_;
    descriptor socket_;

private:
    bool read_once() {
        const ssize_t got = read_and_compare(socket_, received_);
        if (got < 0) {
            return false;
        }
        received_ += static_cast<std::size_t>(got);
        if (got > 0) {
            return true;
        }
        ended_ = true;
        if (received_ != expected_) {
            throw failure(std::to_string(received_) + " bytes came before the end instead of " +
                          std::to_string(expected_));
        }
        ended();
        return false;
    }

    std::size_t expected_;
    std::size_t received_ = 0;
    bool ended_ = false;
};

class asking_client final : public half_closing {
public:
    asking_client(counts& shared, std::uint16_t port)
        : half_closing(shared, begin_connect(port), answer_bytes) {}

private:
    void writable() override {
        if (asked_) {
            return;
        }
        asked_ = true;
        send_all(socket_, request_bytes);
        shut_writing(socket_);
        ++shared_.asked;
    }
    void ended() override {
        ++shared_.answered;
        socket_.close();
    }

    bool asked_ = false;
};

class answering_session final : public half_closing {
public:
    answering_session(counts& shared, descriptor socket)
        : half_closing(shared, std::move(socket), request_bytes) {}

    void answer() {
        send_all(socket_, answer_bytes);
        socket_.close();
    }

private:
    void ended() override { ++shared_.ends_seen; }
};

class answering_server final : public endpoint {
public:
    answering_server(counts& shared, std::uint16_t port)
        : shared_(shared), listener_(listen_on(port)) {
        shared_.loop.add(listener_, *this, EPOLLIN);
    }

    void ready(std::uint32_t) override {
        descriptor socket(
            ::accept4(listener_.number(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (socket.open()) {
            sessions_.emplace_back(shared_, std::move(socket));
        }
    }

    void answer_all() {
        for (answering_session& session : sessions_) {
            session.answer();
        }
        sessions_.clear();
    }

private:
    counts& shared_;
    descriptor listener_;
    std::deque<answering_session> sessions_;
};

void ask_all(counts& shared, std::deque<asking_client>& clients, const options& settings) {
    const auto some_arrived = [&] { return shared.asked + opening_at_once > clients.size(); };
    while (clients.size() < settings.connections) {
        clients.emplace_back(shared, settings.connect_port);
        if (!shared.loop.run_until(clock::now() + patience, some_arrived)) {
            throw failure("a session could not be opened");
        }
    }
}

void expect_all(const counts& shared, const std::size_t& reached, std::size_t all,
                const std::string& what) {
    if (!shared.loop.run_until(clock::now() + patience, [&] { return reached == all; })) {
        throw failure("only " + std::to_string(reached) + " of " + std::to_string(all) + " " +
                      what);
    }
}

class half_close_work final : public work {
public:
    half_close_work(event_loop& loop, const options& settings)
        : settings_(settings), shared_{loop}, server_(shared_, settings.listen_port) {}

    void slice(const std::string&, numbers& found) override {
        shared_.answered = shared_.ends_seen = shared_.asked = 0;
        std::deque<asking_client> clients;
        const stretch measuring(settings_.watched);
        ask_all(shared_, clients, settings_);
        expect_all(shared_, shared_.ends_seen, settings_.connections,
                   "half-closed requests reached the server");
        server_.answer_all();
        expect_all(shared_, shared_.answered, settings_.connections,
                   "answers after the end came through");
        const cost spent = measuring.finish();
        const auto sessions = static_cast<double>(settings_.connections);
        found.emplace_back("came_through", sessions);
        add_cost(found, "", spent, sessions);
    }

private:
    const options& settings_;
    counts shared_;
    answering_server server_;
};

} // namespace

std::unique_ptr<work> make_half_close(event_loop& loop, const options& settings) {
    return std::make_unique<half_close_work>(loop, settings);
}

} // namespace load
