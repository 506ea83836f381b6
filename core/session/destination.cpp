#include "core/session/destination.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace plug {

destination::destination(const host_port& configured)
    : configured_(configured), label_(std::make_shared<const std::string>(to_text(configured))),
      addresses_(std::make_shared<const endpoints>(
          configured.numeric ? endpoints{endpoint(*configured.numeric, configured.port)}
                             : endpoints{})) {}

std::shared_ptr<const destination::endpoints> destination::addresses() const {
    if (!is_name()) {
        return addresses_; // never changes
    }
    const std::lock_guard lock(mutex_);
    return addresses_;
}

bool destination::resolved_to(endpoints found) {
    auto fresh = std::make_shared<const endpoints>(std::move(found));
    const std::lock_guard lock(mutex_);
    if (*fresh == *addresses_) {
        return false;
    }
    addresses_ = std::move(fresh);
    return true;
}

bool contains(const destination_group& group, const destination* one) {
    return std::ranges::binary_search(*group, one, std::less<>(),
                                      [](const auto& each) { return each.get(); });
}

} // namespace plug
