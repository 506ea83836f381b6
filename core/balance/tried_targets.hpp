// The targets that one client has tried in vain.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace plug {

/// Holds no memory until the first is added.
class tried_targets {
public:
    void add(std::uint32_t target) {
        if (target >= flags_.size()) {
            flags_.resize(target + std::size_t{1});
        }
        flags_[target] = true;
    }
    [[nodiscard]] bool contains(std::uint32_t target) const noexcept {
        return target < flags_.size() && flags_[target];
    }
    [[nodiscard]] bool empty() const noexcept { return flags_.empty(); }

private:
    std::vector<bool> flags_;
};

} // namespace plug
