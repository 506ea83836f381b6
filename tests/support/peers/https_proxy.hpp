// HTTPS proxies for tests: one that the test plays itself, and one that really tunnels.
#pragma once

#include "tests/support/net/listener.hpp"

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace plug::test {

/// What the plug asked of a proxy.
struct connect_request {
    /// The request line, without its end.
    std::string line;
    /// The header fields, each without its end.
    std::vector<std::string> fields;

    /// The value of a field, names compared without regard to case; throws where there is none or
    /// more than one.
    [[nodiscard]] std::string field(const std::string& name) const;
    [[nodiscard]] bool has_field(const std::string& name) const;
};

/// Reads a request up to the blank line.
[[nodiscard]] connect_request receive_connect(stream& from);

/// A proxy that connects to what it is asked for, in threads of its own.
class tunnel_proxy {
public:
    tunnel_proxy();
    ~tunnel_proxy();
    tunnel_proxy(const tunnel_proxy&) = delete;
    tunnel_proxy& operator=(const tunnel_proxy&) = delete;

    [[nodiscard]] std::string address() const;

    /// Resolves `asked` (`name:port`) to `target` (`address:port`).
    void send_to(const std::string& asked, const std::string& target);

    /// Answers only after `pause` to who asks for that.
    void hold_up(const std::string& asked, std::chrono::milliseconds pause);

    /// The request lines so far.
    [[nodiscard]] std::vector<std::string> requests() const;
    /// The addresses from which they came.
    [[nodiscard]] std::set<std::string> client_hosts() const;

private:
    struct implementation;
    std::unique_ptr<implementation> implementation_;
};

} // namespace plug::test
