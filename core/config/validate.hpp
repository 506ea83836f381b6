// Judges a configuration before anything is opened.
#pragma once

#include "core/config/configuration.hpp"

#include <string>
#include <vector>

namespace plug {

/// Something that is wrong with what the operator wrote.
struct problem {
    /// The argument, as it was written, or the name of the option. validate() names options as the
    /// 3.0 command line does, without the dashes (`sticky-timeout`), what is missing altogether
    /// `listen` or `targets`, and a listening address that is taken `listen ADDRESS:PORT`.
    std::string where;
    /// One phrase: what is wrong, and what would be right.
    std::string what;
    /// The name of the plug that it is about, where validate() has found it in one.
    std::string plug{};
};

/// Tells every problem at once, but for values outside of the bounds beside their fields (see
/// problems_of_ranges() of the options); empty = the configuration can be run. Looks at the
/// addresses of this machine (to see a plug that is its own target), but opens nothing. A
/// configuration without any plug is good: it listens nowhere.
std::vector<problem> validate(const configuration& config);

/// As validate(), but without a look at this machine: for a configuration that may be meant for
/// another one.
std::vector<problem> validate_values(const configuration& config);

} // namespace plug
