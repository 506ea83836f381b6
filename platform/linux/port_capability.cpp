#include "platform/posix/port_capability.hpp"

#include <array>
#include <cerrno>
#include <system_error>

#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace plug::platform {

namespace {

constexpr int kept = CAP_NET_BIND_SERVICE;
/// The system knows fewer; what it does not know it refuses.
constexpr int most_capabilities = 64;

std::string last_error(const char* action) {
    return std::string("cannot ") + action + ": " + std::generic_category().message(errno);
}

/// Two words for each set, as of version 3.
using capability_sets = std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3>;

bool call(long number, capability_sets& sets) noexcept {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    return ::syscall(number, &header, sets.data()) == 0;
}

bool set(int option, unsigned long value, unsigned long more = 0) noexcept {
    return ::prctl(option, value, more, 0UL, 0UL) == 0;
}

} // namespace

std::string prepare_to_keep_ports() {
    for (int each = 0; each < most_capabilities; ++each) {
        const auto number = static_cast<unsigned long>(each);
        const bool is_bounded = ::prctl(PR_CAPBSET_READ, number, 0UL, 0UL, 0UL) == 1;
        if (is_bounded && each != kept && !set(PR_CAPBSET_DROP, number)) {
            return last_error("bound the capabilities");
        }
    }
    // Else the change of the user takes all of them.
    return set(PR_SET_KEEPCAPS, 1) ? std::string() : last_error("keep a capability");
}

std::string keep_ports_alone() {
    capability_sets sets{};
    if (!call(SYS_capget, sets)) {
        return last_error("read the capabilities");
    }
    constexpr auto bit = __u32{1} << static_cast<unsigned>(kept);
    // A container may not have had it.
    const auto had = sets.front().permitted & bit;
    sets = {};
    sets.front().permitted = had;
    sets.front().effective = had;
    if (!call(SYS_capset, sets)) {
        return last_error("give up capabilities");
    }
    const bool done = set(PR_SET_KEEPCAPS, 0) && set(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL) &&
                      set(PR_SET_NO_NEW_PRIVS, 1);
    return done ? std::string() : last_error("give up new privileges");
}

} // namespace plug::platform
