// The listening sockets that a supervisor has opened and passed to this process: the protocol of
// systemd (sd_listen_fds(3)), written by hand. On systems that have none there are no such sockets.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <string>
#include <vector>

namespace plug::platform {

/// A TCP socket that listens, and that other processes have too: it is never shut down, and what
/// this process leaves in its queue is for them. Closes when destroyed. Any thread.
class passed_socket {
public:
    using number_type = boost::asio::ip::tcp::acceptor::native_handle_type;

    /// Takes over `number`.
    passed_socket(number_type number, std::string name);
    ~passed_socket();
    passed_socket(const passed_socket&) = delete;
    passed_socket& operator=(const passed_socket&) = delete;

    [[nodiscard]] number_type number() const noexcept { return number_; }

    /// As the supervisor calls it (LISTEN_FDNAMES); `unknown` where it has no name.
    [[nodiscard]] const std::string& name() const noexcept { return name_; }

    [[nodiscard]] const boost::asio::ip::tcp::endpoint& local() const noexcept { return local_; }

    /// Whether it is bound to the IPv6 wildcard and serves IPv4 too.
    [[nodiscard]] bool serves_both_families() const noexcept { return serves_both_families_; }

private:
    const number_type number_;
    const std::string name_;
    boost::asio::ip::tcp::endpoint local_;
    bool serves_both_families_ = false;
};

using passed_sockets = std::vector<std::shared_ptr<const passed_socket>>;

/// What LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES say is for this process; the three are unset then
/// for whatever it starts. To be called once, before there are threads. Where one of the sockets is
/// no TCP socket that listens, `why` is set to one line that names it, and the result is empty.
[[nodiscard]] passed_sockets take_passed_sockets(std::string& why);

} // namespace plug::platform
