#include "platform/thread_name.hpp"

#include <pthread.h>
#if __has_include(<pthread_np.h>)
#include <pthread_np.h>
#endif

namespace plug::platform {

void name_this_thread(const char* name) noexcept {
#ifdef __APPLE__
    ::pthread_setname_np(name);
#else
    ::pthread_setname_np(::pthread_self(), name);
#endif
}

} // namespace plug::platform
