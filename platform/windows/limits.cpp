#include "platform/limits.hpp"

namespace plug::platform {

// Sockets are handles, of which a process may have sixteen million; memory ends before.
std::uint64_t raise_descriptor_limit() noexcept { return 0; }

} // namespace plug::platform
