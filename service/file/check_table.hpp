// A check as a table of a configuration file: check = { kind = "http", path = "/health" }.
#pragma once

#include "core/config/configuration.hpp"
#include "service/file/places.hpp"
#include "service/file/toml_tree.hpp"
#include "service/options/table.hpp"

#include <string>

namespace plug {

/// Whether `entry` of a table says which check there is.
[[nodiscard]] bool is_check(const file_value& entry);

/// Gives what `entry` says to `into`: a kind as a text, a table, or false, which is no check at
/// all. The keys of a table are the options --check-... without that, and `kind`. What it does not
/// say stays as `into` has it; of a check of another kind, that is the interval, the timeout, rise
/// and fall. `plug` names the plug.
void read_check(line_3& into, const std::string& plug, const file_value& entry, file_notes& notes);

/// The check of one target. What it does not say is as `plug` has it.
void read_target_check(const file_value& entry, const line_3& plug, target_config& target,
                       file_notes& notes);

} // namespace plug
