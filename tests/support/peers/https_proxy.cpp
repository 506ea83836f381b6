#include "tests/support/peers/https_proxy.hpp"

#include <algorithm>
#include <atomic>
#include <cctype>
#include <exception>
#include <future>
#include <list>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace plug::test {

namespace {

std::string lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return text;
}

bool is_field(const std::string& text, const std::string& name) {
    return lower(text).starts_with(lower(name) + ":");
}

std::pair<std::string, std::uint16_t> split(const std::string& address) {
    const auto colon = address.rfind(':');
    std::string host = address.substr(0, colon);
    if (host.starts_with('['))
        host = host.substr(1, host.size() - 2);
    return {host, static_cast<std::uint16_t>(std::stoul(address.substr(colon + 1)))};
}

/// Carries one direction until it ends; a reset becomes a reset.
void carry(stream& from, stream& to) {
    for (;;) {
        const auto bytes = from.receive_some();
        if (bytes.empty())
            break;
        if (!to.try_send(bytes))
            return;
    }
    try {
        to.half_close();
    } catch (const std::exception&) { // Already gone.
    }
}

} // namespace

std::string connect_request::field(const std::string& name) const {
    const auto matches = [&](const std::string& one) { return is_field(one, name); };
    if (std::count_if(fields.begin(), fields.end(), matches) != 1)
        throw std::runtime_error("not exactly one header field " + name);
    const auto found = *std::find_if(fields.begin(), fields.end(), matches);
    const auto start = found.find_first_not_of(" \t", name.size() + 1);
    return start == std::string::npos ? std::string() : found.substr(start);
}

bool connect_request::has_field(const std::string& name) const {
    return std::any_of(fields.begin(), fields.end(),
                       [&](const std::string& one) { return is_field(one, name); });
}

connect_request receive_connect(stream& from) {
    const auto text = from.receive_until("\r\n\r\n");
    connect_request request;
    for (std::size_t start = 0; start < text.size() - 2;) {
        const auto end = text.find("\r\n", start);
        const auto line = text.substr(start, end - start);
        if (start == 0)
            request.line = line;
        else
            request.fields.push_back(line);
        start = end + 2;
    }
    return request;
}

struct tunnel_proxy::implementation {
    listener front;
    mutable std::mutex mutex;
    std::map<std::string, std::string> names;
    std::map<std::string, std::chrono::milliseconds> pauses;
    std::vector<std::string> lines;
    std::set<std::string> hosts;
    std::list<std::future<void>> tunnels;
    std::atomic<bool> is_stopping = false;
    std::thread thread{[this] { run(); }};

    ~implementation() {
        is_stopping = true;
        thread.join();
    }

    std::string target_of(const connect_request& request, const stream& client) {
        const auto first = request.line.find(' ') + 1;
        auto target = request.line.substr(first, request.line.find(' ', first) - first);
        std::unique_lock lock(mutex);
        lines.push_back(request.line);
        hosts.insert(client.peer_host());
        const auto known = names.find(target);
        auto leads_to = known == names.end() ? target : known->second;
        const auto pause = pauses.find(target);
        if (pause != pauses.end()) {
            const auto time = pause->second;
            lock.unlock();
            std::this_thread::sleep_for(time);
        }
        return leads_to;
    }

    void tunnel(stream client) {
        const auto [host, port] = split(target_of(receive_connect(client), client));
        stream target;
        try {
            target = stream::connect(host, port);
        } catch (const std::exception&) {
            client.send("HTTP/1.1 502 Bad Gateway\r\n\r\n");
            return;
        }
        client.send("HTTP/1.1 200 Connection established\r\n\r\n");
        auto up = std::async(std::launch::async, [&] { carry(client, target); });
        carry(target, client);
        up.get();
    }

    void run() {
        while (!is_stopping)
            if (auto client = front.accept_within(20ms))
                tunnels.push_back(std::async(
                    std::launch::async,
                    [this](stream accepted) {
                        try {
                            tunnel(std::move(accepted));
                        } catch (const std::exception&) { // The test sees that nothing came.
                        }
                    },
                    std::move(*client)));
    }
};

tunnel_proxy::tunnel_proxy() : implementation_(std::make_unique<implementation>()) {}
tunnel_proxy::~tunnel_proxy() = default;

std::string tunnel_proxy::address() const { return implementation_->front.address(); }

void tunnel_proxy::send_to(const std::string& asked, const std::string& target) {
    const std::scoped_lock lock(implementation_->mutex);
    implementation_->names[asked] = target;
}

void tunnel_proxy::hold_up(const std::string& asked, std::chrono::milliseconds pause) {
    const std::scoped_lock lock(implementation_->mutex);
    implementation_->pauses[asked] = pause;
}

std::vector<std::string> tunnel_proxy::requests() const {
    const std::scoped_lock lock(implementation_->mutex);
    return implementation_->lines;
}

std::set<std::string> tunnel_proxy::client_hosts() const {
    const std::scoped_lock lock(implementation_->mutex);
    return implementation_->hosts;
}

} // namespace plug::test
