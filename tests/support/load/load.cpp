#include "tests/support/load/load.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace plug::test {

namespace {

const std::string message(64, 'm');

} // namespace

void load::connect_and_close(std::uint16_t port, std::size_t total) {
    closes_ = true;
    std::size_t begun = 0;
    completed_ = 0;
    while (completed_ < total) {
        while (begun < total && begun - completed_ < concurrency_) {
            add_client(port);
            ++begun;
        }
        serve_ready();
    }
    while (!ends_.empty())
        serve_ready(); // the plug ends what is left
}

void load::open(std::uint16_t port) {
    completed_ = 0;
    for (std::size_t i = 0; i < concurrency_; ++i)
        add_client(port);
    while (completed_ < concurrency_)
        serve_ready();
}

void load::exchange_messages(std::size_t total) {
    sends_again_ = true;
    completed_ = 0;
    for (end& each : ends_) {
        if (each.is_client)
            each.socket.send(message);
    }
    while (completed_ < total)
        serve_ready();
    sends_again_ = false;
    while (completed_ < total + concurrency_ - 1)
        serve_ready();
}

void load::add_client(std::uint16_t port) {
    ends_.push_back({stream::connect("127.0.0.1", port), true});
    ends_.back().socket.send(message);
}

void load::serve_ready() {
    std::vector<pollfd> asked{{target_.number(), POLLIN, 0}};
    for (const end& each : ends_)
        asked.push_back({each.socket.number(), POLLIN, 0});
    if (::poll(asked.data(), asked.size(), static_cast<int>(patience.count())) <= 0)
        throw std::runtime_error("load: the plug hangs");
    for (std::size_t i = 1; i < asked.size(); ++i) {
        if (asked[i].revents != 0)
            serve(ends_[i - 1]);
    }
    std::erase_if(ends_, [](const end& each) { return each.socket.number() < 0; });
    while (asked[0].revents != 0) {
        auto accepted = target_.accept_within(milliseconds{0});
        if (!accepted)
            break;
        ends_.push_back({std::move(*accepted), false});
    }
}

void load::serve(end& ready) {
    std::array<char, 1024> buffer{};
    const auto got = ::recv(ready.socket.number(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got < 0)
        throw std::runtime_error("load: a connection failed");
    if (got == 0 && ready.is_client)
        throw std::runtime_error("load: the plug ended a client");
    if (got == 0)
        return ready.socket.close();
    answer(ready, {buffer.data(), static_cast<std::size_t>(got)});
}

void load::answer(end& ready, std::string_view bytes) {
    if (!ready.is_client)
        return ready.socket.send(bytes);
    ready.received += bytes.size();
    if (ready.received < message.size())
        return;
    ready.received = 0;
    ++completed_;
    if (closes_)
        ready.socket.close();
    else if (sends_again_)
        ready.socket.send(message);
}

} // namespace plug::test
