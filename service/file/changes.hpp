// What is different between two settings, for a person.
#pragma once

#include "service/options/settings.hpp"

#include <string>
#include <vector>

namespace plug {

/// One line for each entry that came or went, as the configuration file has it:
/// `[plug.web] + policy = "first"`. Empty = there is no difference that a file could make.
[[nodiscard]] std::vector<std::string> changes_between(const settings& before,
                                                       const settings& after);

/// The keys, with their table, whose changes wait for the next start: what a process cannot change
/// while it runs.
[[nodiscard]] std::vector<std::string> waiting_changes(const settings& before,
                                                       const settings& after);

} // namespace plug
