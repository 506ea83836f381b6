#include "core/config/overlap.hpp"

namespace plug {

bool overlap(const listen_address& one, const listen_address& other) noexcept {
    if (!one.passed_name.empty() || !other.passed_name.empty()) {
        return one.passed_name == other.passed_name;
    }
    if (!one.host || !other.host) {
        return true;
    }
    const bool everywhere = one.host->is_unspecified() || other.host->is_unspecified();
    return *one.host == *other.host || (everywhere && one.host->is_v4() == other.host->is_v4());
}

} // namespace plug
