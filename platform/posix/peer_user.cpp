#include "platform/posix/peer_user.hpp"

#include <unistd.h>

namespace plug::platform {

std::optional<uid_t> user_of_peer(int socket) noexcept {
    uid_t user = 0;
    gid_t group = 0;
    return ::getpeereid(socket, &user, &group) == 0 ? std::optional(user) : std::nullopt;
}

} // namespace plug::platform
