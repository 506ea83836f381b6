// Ports in TIME_WAIT, made by connections whose client closes first.
#pragma once

#include "tests/support/net/listener.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>

namespace plug::test {

/// Writes a setting of this thread's network, as `net/ipv4/tcp_tw_reuse`.
void set_network_setting(const std::string& name, const std::string& value);

/// A target that says nothing and closes after its client has closed, in a thread of its own.
class quiet_target {
public:
    explicit quiet_target(const std::string& host = "127.0.0.1");
    ~quiet_target();
    quiet_target(const quiet_target&) = delete;
    quiet_target& operator=(const quiet_target&) = delete;

    [[nodiscard]] std::string address() const { return listener_.address(); }
    [[nodiscard]] const std::string& host() const noexcept { return listener_.host(); }
    [[nodiscard]] std::uint16_t port() const noexcept { return listener_.port(); }

private:
    void serve();

    listener listener_;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

/// Lets all ports that the system tries first rest towards `target`, seen from `source`, and
/// `more` of the other ones. Gives how many they are. The network must be the thread's own, with
/// tcp_tw_reuse off, and nothing else may connect there meanwhile.
std::size_t let_ports_rest(const quiet_target& target, const std::string& source, std::size_t more);

} // namespace plug::test
