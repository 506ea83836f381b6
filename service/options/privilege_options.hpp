// The options --user, --group and --chroot: who the process is once everything is open.
#pragma once

#include "core/config/validate.hpp"
#include "service/options/draft.hpp"

#include <string>
#include <vector>

namespace plug {

void apply_user(line_3& line, const std::string& value);
void apply_group(line_3& line, const std::string& value);
void apply_chroot(line_3& line, const std::string& value);

/// Adds what is wrong with them, together with the paths of the other options.
void find_privilege_problems(const settings& settings, std::vector<problem>& problems);

} // namespace plug
