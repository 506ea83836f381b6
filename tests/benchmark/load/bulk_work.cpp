// Streams in one direction, as fast as they go. So that the proxy and not the load generator is the
// limit, the sender copies nothing (it sends the pages of a file), and the receiver throws most
// bytes away unread (MSG_TRUNC) and compares every 32nd block; all bytes are counted.
#include "tests/benchmark/load/pattern.hpp"
#include "tests/benchmark/load/work.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <deque>
#include <memory>
#include <sys/epoll.h>
#include <sys/socket.h>

namespace load {
namespace {

constexpr std::size_t discarded_at_once = std::size_t{1024} * 1024;
constexpr int compared_every = 32;
constexpr std::uint64_t stream_spacing = 8191; ///< pattern offset between streams

std::array<char, std::size_t{64} * 1024> buffer;

struct stream_totals {
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    bool ended = false;
};

struct shared_state {
    event_loop& loop;
    std::vector<stream_totals> streams;
    bool paused = false;
    bool stopping = false;
    std::size_t open = 0;

    std::uint64_t received() const {
        std::uint64_t sum = 0;
        for (const stream_totals& stream : streams) {
            sum += stream.received;
        }
        return sum;
    }

    std::uint64_t sent() const {
        std::uint64_t sum = 0;
        for (const stream_totals& stream : streams) {
            sum += stream.sent;
        }
        return sum;
    }
};

/// One end of a stream, at the client or at the server. The client names its stream in the first
/// eight bytes; one end then sends until told to stop, the other receives until the end.
class stream_end final : public endpoint {
public:
    stream_end(shared_state& state, descriptor socket, bool client, bool sender)
        : state_(state), socket_(std::move(socket)), client_(client), sender_(sender) {
        ++state_.open;
        state_.loop.add(socket_, *this, client ? EPOLLOUT : EPOLLIN);
    }

    void name(std::uint64_t number) { number_ = number; }

    /// Sends on after a pause, or ends.
    void go_on() {
        if (sender_ && named_) {
            state_.loop.change(socket_, *this, EPOLLOUT);
        }
    }

    void ready(std::uint32_t events) override {
        if ((events & EPOLLERR) != 0) {
            throw system_failure("a stream was reset", pending_error(socket_));
        }
        if (!named_) {
            exchange_name();
        } else if (sender_ && !shut_) {
            send_block();
        } else {
            receive_block();
        }
    }

private:
    stream_totals& totals() { return state_.streams.at(number_); }
    std::uint64_t offset(std::uint64_t done) const { return number_ * stream_spacing + done; }

    void exchange_name() {
        const ssize_t done = client_
                                 ? ::send(socket_.number(), &number_, sizeof number_, MSG_NOSIGNAL)
                                 : ::recv(socket_.number(), &number_, sizeof number_, 0);
        if (done != sizeof number_) {
            throw failure("a stream did not get its first eight bytes through");
        }
        named_ = true;
        state_.loop.change(socket_, *this, sender_ ? EPOLLOUT : EPOLLIN);
    }

    void send_block() {
        if (state_.stopping) {
            shut_ = true;
            shut_writing(socket_);
            state_.loop.change(socket_, *this, EPOLLIN);
            return;
        }
        if (state_.paused) {
            state_.loop.change(socket_, *this, 0); // until go_on()
            return;
        }
        const ssize_t sent = shared_pattern().send_file(socket_.number(), offset(totals().sent));
        if (sent < 0 && errno != EAGAIN) {
            throw system_failure("sending a stream", errno);
        }
        totals().sent += sent > 0 ? static_cast<std::uint64_t>(sent) : 0;
    }

    void receive_block() {
        const bool compare = ++reads_ % compared_every == 0;
        const ssize_t got = compare
                                ? ::recv(socket_.number(), buffer.data(), buffer.size(), 0)
                                : ::recv(socket_.number(), nullptr, discarded_at_once, MSG_TRUNC);
        if (got < 0 && errno == EAGAIN) {
            return;
        }
        if (got < 0) {
            throw system_failure("reading a stream", errno);
        }
        if (got == 0) {
            return end();
        }
        const auto size = static_cast<std::size_t>(got);
        if (compare && !shared_pattern().matches(buffer.data(), size, offset(totals().received))) {
            throw failure("stream " + std::to_string(number_) + " brings wrong bytes near " +
                          std::to_string(totals().received));
        }
        totals().received += size;
    }

    void end() {
        if (!sender_) {
            totals().ended = true;
        }
        socket_.close();
        --state_.open;
    }

    shared_state& state_;
    descriptor socket_;
    bool client_;
    bool sender_;
    bool named_ = false;
    bool shut_ = false;
    int reads_ = 0;
    std::uint64_t number_ = 0;
};

class stream_server final : public endpoint {
public:
    stream_server(shared_state& state, const options& settings)
        : state_(state), listener_(listen_on(settings.listen_port)), sends_(settings.to_client) {
        state_.loop.add(listener_, *this, EPOLLIN);
    }

    void ready(std::uint32_t) override {
        descriptor socket(
            ::accept4(listener_.number(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (socket.open()) {
            ends_.emplace_back(state_, std::move(socket), false, sends_);
        }
    }

    std::deque<stream_end>& ends() { return ends_; }

private:
    shared_state& state_;
    descriptor listener_;
    bool sends_;
    std::deque<stream_end> ends_;
};

class bulk_work final : public work {
public:
    bulk_work(event_loop& loop, const options& settings)
        : loop_(loop),
          settings_(settings), state_{loop, std::vector<stream_totals>(settings.connections)},
          server_(state_, settings) {}

    void begin(numbers&) override {
        for (std::size_t number = 0; number < settings_.connections; ++number) {
            clients_
                .emplace_back(state_, begin_connect(settings_.connect_port), true,
                              !settings_.to_client)
                .name(number);
        }
    }

    void slice(const std::string&, numbers& found) override {
        state_.paused = false;
        go_on();
        loop_.run_until(clock::now() + settings_.warm_up);
        const std::uint64_t before = state_.received();
        const stretch measuring(settings_.watched);
        loop_.run_until(clock::now() + settings_.measure);
        const cost spent = measuring.finish();
        const auto bytes = static_cast<double>(state_.received() - before);
        come_to_rest();
        found.emplace_back("gbit_per_s", bytes * 8 / spent.seconds / 1e9);
        add_cost(found, "", spent, bytes / 1e9);
    }

    void finish() override {
        state_.stopping = true;
        go_on();
        if (!loop_.run_until(clock::now() + patience, [&] { return state_.open == 0; })) {
            throw failure("a stream never reached its end");
        }
        for (const stream_totals& stream : state_.streams) {
            if (!stream.ended || stream.sent != stream.received || stream.sent == 0) {
                throw failure(std::to_string(stream.sent) + " bytes were sent and " +
                              std::to_string(stream.received) + " came");
            }
        }
    }

private:
    static constexpr std::chrono::seconds patience{10};

    void go_on() {
        for (std::deque<stream_end>* ends : {&clients_, &server_.ends()}) {
            for (stream_end& end : *ends) {
                end.go_on();
            }
        }
    }

    /// Every byte that was sent has come, and nobody sends.
    void come_to_rest() {
        state_.paused = true;
        if (!loop_.run_until(clock::now() + patience,
                             [&] { return state_.received() == state_.sent(); })) {
            throw failure("not all bytes came");
        }
    }

    event_loop& loop_;
    const options& settings_;
    shared_state state_;
    stream_server server_;
    std::deque<stream_end> clients_;
};

} // namespace

std::unique_ptr<work> make_bulk(event_loop& loop, const options& settings) {
    return std::make_unique<bulk_work>(loop, settings);
}

} // namespace load
