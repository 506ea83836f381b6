// usable_processors: what the standard library knows of the system.
#include "platform/processors.hpp"

#include <algorithm>
#include <thread>

namespace plug::platform {

unsigned usable_processors() noexcept { return std::max(1U, std::thread::hardware_concurrency()); }

} // namespace plug::platform
