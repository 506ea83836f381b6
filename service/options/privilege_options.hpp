// --chroot: what must lie in the root folder of the process.
#pragma once

#include "core/config/validate.hpp"
#include "service/options/draft.hpp"

#include <string>
#include <vector>

namespace plug {

/// Adds what is wrong with the root folder, together with the paths of other options and the
/// programs of checks.
void find_privilege_problems(const settings& settings, std::vector<problem>& problems);

} // namespace plug
