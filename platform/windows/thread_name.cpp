#include "platform/thread_name.hpp"

namespace plug::platform {

void name_this_thread(const char*) noexcept {}

} // namespace plug::platform
