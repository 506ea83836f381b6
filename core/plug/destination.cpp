#include "core/plug/destination.hpp"

#include "core/config/overlap.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <functional>
#include <utility>

namespace plug {

namespace {

/// Puts `first` in front. False = it is not among them.
bool bring_forward(destination::endpoints& all, const destination::endpoint& first) {
    const auto found = std::ranges::find(all, first);
    if (found == all.end()) {
        return false;
    }
    std::rotate(all.begin(), found, std::next(found));
    return true;
}

} // namespace

destination::destination(const host_port& configured)
    : configured_(configured), label_(std::make_shared<const std::string>(to_text(configured))),
      addresses_(std::make_shared<const endpoints>(
          configured.numeric ? endpoints{endpoint(*configured.numeric, configured.port)}
                             : endpoints{})),
      failure_{boost::asio::error::host_not_found_try_again, "the name is not resolved yet"} {}

std::shared_ptr<const destination::endpoints> destination::addresses() const {
    if (!is_name()) {
        return addresses_; // never changes
    }
    const std::lock_guard lock(mutex_);
    return addresses_;
}

/// A guard asks the system: that is no work to be done under the lock. What the resolver brings
/// meanwhile was judged by the old guard or by the new one, and so is judged again.
void destination::guard_with(guard judge) {
    if (!is_name()) {
        return;
    }
    auto shared = std::make_shared<const guard>(std::move(judge));
    {
        const std::lock_guard lock(mutex_);
        guard_ = std::move(shared);
    }
    for (auto known = addresses(); !known->empty();) {
        endpoints kept;
        failure refusal{boost::asio::error::host_not_found, ""};
        for (const auto& each : *known) {
            auto fault = fault_of(each);
            fault.empty() ? kept.push_back(each) : refusal.why.swap(fault);
        }
        const std::lock_guard lock(mutex_);
        if (kept.size() == known->size()) {
            return;
        }
        if (known == addresses_) {
            addresses_ = std::make_shared<const endpoints>(std::move(kept));
            failure_ = std::move(refusal);
            return;
        }
        known = addresses_;
    }
}

std::string destination::fault_of(const endpoint& found) const {
    std::shared_ptr<const guard> judge;
    {
        const std::lock_guard lock(mutex_);
        judge = guard_;
    }
    return judge && *judge ? (*judge)(found) : std::string();
}

bool destination::resolved_to(endpoints found) {
    const std::lock_guard lock(mutex_);
    if (answered_last_ && !bring_forward(found, *answered_last_)) {
        answered_last_.reset();
    }
    const bool is_news = !are_same(found, *addresses_);
    if (found != *addresses_) {
        addresses_ = std::make_shared<const endpoints>(std::move(found));
    }
    return is_news;
}

void destination::not_resolved(failure reason) {
    const std::lock_guard lock(mutex_);
    failure_ = std::move(reason);
}

destination::failure destination::why_unresolved() const {
    const std::lock_guard lock(mutex_);
    return failure_;
}

void destination::answered(const endpoint& one) {
    const std::lock_guard lock(mutex_);
    // A guard may have refused them all meanwhile.
    if (answered_last_ == one && !addresses_->empty() && addresses_->front() == one) {
        return;
    }
    auto sorted = *addresses_;
    if (bring_forward(sorted, one)) {
        addresses_ = std::make_shared<const endpoints>(std::move(sorted));
        answered_last_ = one;
    }
}

destination::guard guard_against_loops(std::vector<listen_address> own) {
    const auto shared = std::make_shared<const std::vector<listen_address>>(std::move(own));
    return [shared](const destination::endpoint& found) {
        const auto host = unmapped(found).address();
        const bool is_loop = std::ranges::any_of(*shared, [&](const listen_address& each) {
            return leads_back(each, host, found.port());
        });
        return std::string(is_loop ? "leads to this plug itself" : "");
    };
}

bool are_same(const destination::endpoints& one, const destination::endpoints& other) {
    return std::ranges::is_permutation(one, other);
}

bool contains(const destination_group& group, const destination* one) {
    return std::ranges::binary_search(*group, one, std::less<>(),
                                      [](const auto& each) { return each.get(); });
}

} // namespace plug
