#include "platform/transport/linux/connect_outgoing.hpp"

#include "platform/transport/linux/socket.hpp"
#include "platform/transport/local_choice.hpp"

namespace plug::platform {

namespace {

error_code try_to_connect(const descriptor& socket, const endpoint& target, port_search& search) {
    error_code error = narrow_ports(socket.get(), search);
    if (error && search.choice().what == port_choice::kind::window) {
        search.refuse_windows(clock::now());
        error = narrow_ports(socket.get(), search);
    }
    if (error || search.choice().what == port_choice::kind::none)
        return error;
    return start_connect(socket, target);
}

} // namespace

descriptor connect_outgoing(outgoing_ports& ports, const endpoint& target,
                            const connect_options& options, error_code& error) {
    port_search search{ports, target, options.source, clock::now()};
    descriptor opened = open_outgoing(target, options, error);
    for (bool again = !error; again;) {
        error = try_to_connect(opened, target, search);
        again = search.goes_on(error, clock::now());
        if (again && search.needs_new_socket()) {
            opened = open_outgoing(target, options, error);
            again = !error;
        }
    }
    if (search.wants_port())
        search.learn(local_endpoint(opened).port());
    return opened;
}

} // namespace plug::platform
