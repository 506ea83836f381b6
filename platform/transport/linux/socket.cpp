#include "platform/transport/linux/socket.hpp"

#include "platform/posix/system_error.hpp"
#include "platform/transport/local_choice.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

namespace plug::platform {

namespace {

/// Sets options until one is refused.
class options_of {
public:
    options_of(const descriptor& socket, error_code& error) noexcept
        : socket_(socket), error_(error) {}

    void set(int level, int name, int value) noexcept {
        if (!error_)
            error_ = set_option(socket_, level, name, value);
    }

private:
    const descriptor& socket_;
    error_code& error_;
};

descriptor open_stream_socket(const endpoint& address, error_code& error) {
    error = {};
    descriptor made{::socket(address.protocol().family(),
                             SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP)};
    if (!made)
        error = last_error();
    return made;
}

error_code bind_to(const descriptor& socket, const endpoint& address) {
    if (::bind(socket.get(), address.data(), static_cast<socklen_t>(address.size())) == 0)
        return {};
    return last_error();
}

} // namespace

error_code set_option(const descriptor& socket, int level, int name, int value) noexcept {
    if (::setsockopt(socket.get(), level, name, &value, sizeof value) == 0)
        return {};
    return last_error();
}

descriptor open_outgoing(const endpoint& target, const connect_options& options,
                         error_code& error) {
    descriptor made = open_stream_socket(target, error);
    options_of set{made, error};
    // Before any byte can come: of two urgent ones that the system holds apart, one is lost.
    set.set(SOL_SOCKET, SO_OOBINLINE, 1);
    if (options.keepalive)
        set.set(SOL_SOCKET, SO_KEEPALIVE, 1);
    if (options.source) {
        choose_port_late(made.get());
        if (!error)
            error = bind_to(made, endpoint{*options.source, 0});
    }
    return made;
}

descriptor open_bound(const endpoint& address, const listen_options& options, bool shared,
                      error_code& error) {
    descriptor made = open_stream_socket(address, error);
    options_of set{made, error};
    if (address.address().is_v6()) {
        const bool both = options.dual_stack && address.address().is_unspecified();
        set.set(IPPROTO_IPV6, IPV6_V6ONLY, both ? 0 : 1);
    }
    set.set(SOL_SOCKET, SO_REUSEADDR, 1);
    if (shared)
        set.set(SOL_SOCKET, SO_REUSEPORT, 1);
    if (!error)
        error = set_inherited(made, options.keepalive);
    if (!error)
        error = bind_to(made, address);
    return made;
}

error_code set_inherited(const descriptor& listening, bool keepalive) noexcept {
    error_code error;
    options_of set{listening, error};
    set.set(SOL_SOCKET, SO_OOBINLINE, 1);
    set.set(IPPROTO_TCP, TCP_NODELAY, 1);
    if (keepalive)
        set.set(SOL_SOCKET, SO_KEEPALIVE, 1);
    return error;
}

void inherit_keepalive(const descriptor& listening, bool wanted) noexcept {
    (void)set_option(listening, SOL_SOCKET, SO_KEEPALIVE, wanted ? 1 : 0);
}

error_code share_port(const descriptor& socket) {
    return set_option(socket, SOL_SOCKET, SO_REUSEPORT, 1);
}

error_code start_connect(const descriptor& socket, const endpoint& target) noexcept {
    if (::connect(socket.get(), target.data(), static_cast<socklen_t>(target.size())) == 0) {
        return {};
    }
    return last_error();
}

error_code listen_on(const descriptor& socket, int backlog) noexcept {
    return ::listen(socket.get(), backlog) == 0 ? error_code{} : last_error();
}

endpoint local_endpoint(const descriptor& socket) noexcept {
    endpoint found;
    auto size = static_cast<socklen_t>(found.capacity());
    if (::getsockname(socket.get(), found.data(), &size) == 0)
        found.resize(size);
    return found;
}

} // namespace plug::platform
