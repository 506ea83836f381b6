// What the threads of the process are called.
#pragma once

namespace plug::platform {

/// Names the calling thread for those who look at the process (`top -H`, a debugger): at most 15
/// bytes. Does nothing where the system's own tools show no names.
void name_this_thread(const char* name) noexcept;

} // namespace plug::platform
