#include "platform/posix/peer_user.hpp"

#include <sys/socket.h>

namespace plug::platform {

std::optional<uid_t> user_of_peer(int socket) noexcept {
    ucred peer{};
    socklen_t size = sizeof peer;
    return ::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0
               ? std::optional(peer.uid)
               : std::nullopt;
}

} // namespace plug::platform
