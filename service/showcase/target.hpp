// One target of the demo: a small HTTP server that answers its own name, and a control port at
// which it can be taken away and brought back.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include <cstdint>
#include <string>

namespace plug {

/// Serves on two loopback ports that the system chooses. Belongs to the thread that runs its
/// io_context, which it must not outlive.
class demo_target {
public:
    /// Opens both ports; throws boost::system::system_error where that fails.
    demo_target(boost::asio::io_context& context, std::string name);
    demo_target(const demo_target&) = delete;
    demo_target& operator=(const demo_target&) = delete;

    /// What it answers at `/`.
    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    /// Where it serves, whether it is there at the moment or not.
    [[nodiscard]] boost::asio::ip::tcp::endpoint address() const noexcept { return address_; }
    /// Where it takes `POST /stop` and `POST /start`.
    [[nodiscard]] boost::asio::ip::tcp::endpoint control_address() const noexcept;

    /// Refuses every client from now on. The port stays reserved.
    boost::system::error_code stop();
    /// Listens again, on the same port.
    boost::system::error_code start();
    [[nodiscard]] bool listening() const noexcept { return listening_; }

private:
    boost::system::error_code reserve(std::uint16_t port);

    boost::asio::io_context& context_;
    std::string name_;
    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::ip::tcp::acceptor control_;
    boost::asio::ip::tcp::endpoint address_;
    bool listening_ = false;
};

} // namespace plug
