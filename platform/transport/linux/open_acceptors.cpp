#include "platform/transport/linux/acceptor_state.hpp"
#include "platform/transport/linux/socket.hpp"

#include <boost/assert.hpp>

namespace plug::platform {

namespace {

/// The first listens alone, unless another of this process is to be beside it, so that a port on
/// which anybody else listens is refused whatever that other program allows. Only then does it let
/// the others of this process join it.
std::vector<descriptor> open_listening(const endpoint& address, const listen_options& options,
                                       std::size_t count, error_code& error) {
    std::vector<descriptor> opened;
    opened.push_back(open_bound(address, options, options.beside_own, error));
    if (!error)
        error = listen_on(opened.front(), options.backlog);
    if (error || count == 1)
        return opened;
    error = share_port(opened.front());
    const endpoint chosen = local_endpoint(opened.front());
    while (!error && opened.size() < count) {
        opened.push_back(open_bound(chosen, options, true, error));
        if (!error)
            error = listen_on(opened.back(), options.backlog);
    }
    return opened;
}

} // namespace

std::vector<placed_acceptor> open_acceptors(endpoint address, const listen_options& options,
                                            std::span<network* const> workers, error_code& error) {
    BOOST_ASSERT(!workers.empty());
    std::vector<descriptor> opened = open_listening(address, options, workers.size(), error);
    std::vector<placed_acceptor> placed;
    if (error)
        return placed;
    for (std::size_t index = 0; index < opened.size(); ++index) {
        placed.push_back({index, acceptor{new acceptor::state{workers[index]->self(), index,
                                                              std::move(opened[index])}}});
    }
    return placed;
}

std::vector<placed_acceptor> adopt_acceptors(const std::shared_ptr<const passed_socket>& passed,
                                             const listen_options& options,
                                             std::span<network* const> workers, error_code& error) {
    std::vector<placed_acceptor> placed;
    for (std::size_t index = 0; index < workers.size(); ++index) {
        auto* const made =
            new acceptor::state{workers[index]->self(), index, passed, workers.size() == 1};
        placed.push_back({index, acceptor{made}});
        if (index == 0)
            error = set_inherited(made->socket, options.keepalive);
    }
    if (error)
        placed.clear();
    return placed;
}

} // namespace plug::platform
