#include "tests/support/peers/peers.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace plug::test {

namespace {

/// Bytes that wait for one slow client; beyond it no more are read from that client.
constexpr std::size_t most_waiting = 256 * 1024;

struct echo_connection {
    stream socket;
    std::string waiting;
    bool has_ended = false;
    bool is_done = false;

    [[nodiscard]] short events() const {
        return static_cast<short>((!has_ended && waiting.size() < most_waiting ? POLLIN : 0) |
                                  (waiting.empty() ? 0 : POLLOUT));
    }

    void read() {
        std::array<char, 64 * 1024> buffer; // NOLINT: filled by recv
        const auto got = recv(socket.number(), buffer.data(), buffer.size(), 0);
        if (got > 0)
            waiting.append(buffer.data(), static_cast<std::size_t>(got));
        else if (got == 0)
            has_ended = true;
        else if (errno != EAGAIN)
            is_done = true;
    }

    void write() {
        const auto sent =
            ::send(socket.number(), waiting.data(), waiting.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent > 0)
            waiting.erase(0, static_cast<std::size_t>(sent));
        else if (sent < 0 && errno != EAGAIN)
            is_done = true;
    }

    void serve(short ready) {
        if ((ready & (POLLIN | POLLHUP | POLLERR)) != 0 && !has_ended)
            read();
        if (!waiting.empty() && !is_done)
            write();
        if (has_ended && waiting.empty())
            is_done = true;
    }
};

} // namespace

struct named_server::implementation {
    std::string name;
    listener front;
    mutable std::mutex mutex;
    bool is_listening = true;
    std::vector<echo_connection> connections;
    std::set<std::string> hosts;
    std::atomic<std::size_t> accepted = 0;
    std::atomic<bool> is_stopping = false;
    descriptor wake{eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
    std::thread thread;

    implementation(std::string called, const std::string& host)
        : name(std::move(called)), front(host) {
        thread = std::thread([this] { run(); });
    }

    ~implementation() {
        is_stopping = true;
        interrupt();
        thread.join();
    }

    void interrupt() const {
        const std::uint64_t one = 1;
        [[maybe_unused]] const auto ignored = ::write(wake.number(), &one, sizeof one);
    }

    /// Does `change` while the thread does nothing else.
    void alter(const std::function<void()>& change) {
        {
            const std::scoped_lock lock(mutex);
            change();
        }
        interrupt();
    }

    void accept_all() {
        while (auto client = front.accept_within(0ms)) {
            hosts.insert(client->peer_host());
            connections.push_back({std::move(*client), name + "\n"});
            ++accepted;
        }
    }

    std::vector<pollfd> waiting_for() {
        const std::scoped_lock lock(mutex);
        std::vector<pollfd> list{{wake.number(), POLLIN, 0}};
        list.push_back({is_listening ? front.number() : -1, POLLIN, 0});
        for (const auto& connection : connections)
            list.push_back({connection.socket.number(), connection.events(), 0});
        return list;
    }

    void serve(const std::vector<pollfd>& list) {
        const std::scoped_lock lock(mutex);
        std::uint64_t count = 0;
        [[maybe_unused]] const auto ignored = ::read(wake.number(), &count, sizeof count);
        // Where the list of connections has changed meanwhile, ask again.
        if (count == 0 && connections.size() == list.size() - 2)
            for (std::size_t i = 0; i < connections.size(); ++i)
                if (list[i + 2].revents != 0)
                    connections[i].serve(list[i + 2].revents);
        std::erase_if(connections, [](const echo_connection& one) { return one.is_done; });
        if (is_listening)
            accept_all();
    }

    void run() {
        while (!is_stopping) {
            auto list = waiting_for();
            poll(list.data(), list.size(), -1);
            serve(list);
        }
    }
};

named_server::named_server(std::string name, const std::string& host)
    : implementation_(std::make_unique<implementation>(std::move(name), host)) {}

named_server::~named_server() = default;

std::string named_server::address() const { return implementation_->front.address(); }
std::uint16_t named_server::port() const { return implementation_->front.port(); }
const std::string& named_server::name() const noexcept { return implementation_->name; }
std::size_t named_server::accepted() const { return implementation_->accepted; }

std::set<std::string> named_server::client_hosts() const {
    const std::scoped_lock lock(implementation_->mutex);
    return implementation_->hosts;
}

void named_server::refuse() {
    implementation_->alter([this] {
        implementation_->front.settle();
        implementation_->accept_all();
        implementation_->front.close();
        implementation_->is_listening = false;
    });
}

void named_server::fall_silent() {
    implementation_->alter([this] { implementation_->front.drop_new_connections(); });
}

void named_server::come_back() {
    implementation_->alter([this] {
        if (implementation_->is_listening)
            implementation_->front.take_new_connections();
        else
            implementation_->front.reopen();
        implementation_->is_listening = true;
    });
}

void named_server::reset_connections() {
    implementation_->alter([this] {
        for (auto& connection : implementation_->connections)
            connection.socket.reset();
        implementation_->connections.clear();
    });
}

std::string closed_address() { return join("127.0.0.1", reserve_port()); }

std::string ask_name(std::uint16_t port, const std::string& source, const std::string& host) {
    stream client = stream::connect(host, port, {.source = source});
    std::string name = client.receive_until("\n");
    name.pop_back();
    client.half_close();
    const auto rest = client.receive_to_end();
    if (rest.end != stream_end::orderly || !rest.bytes.empty())
        throw std::runtime_error("the session with " + name + " did not end in order");
    return name;
}

std::vector<std::string> ask_names(std::uint16_t port, std::size_t count,
                                   const std::string& source) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < count; ++i)
        names.push_back(ask_name(port, source));
    return names;
}

} // namespace plug::test
