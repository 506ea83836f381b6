// Who is at the other end of a local socket.
#pragma once

#include <optional>

#include <sys/types.h>

namespace plug::platform {

/// The user as which the client of `socket` connected; unset = the system does not tell.
[[nodiscard]] std::optional<uid_t> user_of_peer(int socket) noexcept;

} // namespace plug::platform
