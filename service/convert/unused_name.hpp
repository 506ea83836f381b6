// Names for plugs that are made of something else.
#pragma once

#include <set>
#include <string>

namespace plug {

/// `name`, or `name-2` and so on where it is one of `used` already. It is used from then on.
inline std::string unused_name(const std::string& name, std::set<std::string>& used) {
    auto unused = name;
    for (int number = 2; !used.insert(unused).second; ++number) {
        unused = name + "-" + std::to_string(number);
    }
    return unused;
}

} // namespace plug
