// The other ends of a plug that run by themselves: targets that name themselves and echo, places
// where nobody answers, and a client that asks who it reached.
#pragma once

#include "tests/support/net/listener.hpp"

#include <memory>
#include <set>
#include <string>
#include <vector>

namespace plug::test {

/// A target that says its name and a newline, then gives back every byte, and ends its side when
/// the client has ended its own. Serves any number of clients in a thread of its own.
class named_server {
public:
    explicit named_server(std::string name, const std::string& host = "127.0.0.1");
    ~named_server();
    named_server(const named_server&) = delete;
    named_server& operator=(const named_server&) = delete;

    [[nodiscard]] std::string address() const;
    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] const std::string& name() const noexcept;

    /// Connections so far.
    [[nodiscard]] std::size_t accepted() const;
    /// The addresses from which they came.
    [[nodiscard]] std::set<std::string> client_hosts() const;

    /// Takes no more clients, and serves all that have got in: closes the listener after its queue
    /// is empty, so that later ones are refused.
    void refuse();
    /// Takes no more clients, and serves all that have got in; connects go unanswered.
    void fall_silent();
    /// Takes clients again, on the same port.
    void come_back();
    /// Ends every connection in the middle with a reset, as a target that is killed with data under
    /// way does.
    void reset_connections();

private:
    struct implementation;
    std::unique_ptr<implementation> implementation_;
};

/// `127.0.0.1:port` of a port on which nobody listens: connects are refused.
[[nodiscard]] std::string closed_address();

/// A place that never answers a connect.
class black_hole {
public:
    black_hole() { listener_.drop_new_connections(); }
    [[nodiscard]] std::string address() const { return listener_.address(); }

private:
    listener listener_;
};

/// Connects, reads the name of the target that was reached, and ends in order. Throws unless the
/// other end does so too. From `source` where that is not empty.
[[nodiscard]] std::string ask_name(std::uint16_t port, const std::string& source = {},
                                   const std::string& host = "127.0.0.1");

/// The same for `count` clients one after the other.
[[nodiscard]] std::vector<std::string> ask_names(std::uint16_t port, std::size_t count,
                                                 const std::string& source = {});

} // namespace plug::test
