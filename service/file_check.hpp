// A check as a table of a configuration file: check = { kind = "http", path = "/health" }.
#pragma once

#include "core/config/configuration.hpp"
#include "service/file_notes.hpp"
#include "service/long_options.hpp"
#include "service/toml_file.hpp"

#include <string>

namespace plug {

/// Whether `entry` of the table of a plug is a check as a table. As a text it is an option like
/// others.
[[nodiscard]] bool is_check_table(const file_value& entry);

/// Gives what the table says to `into`; its keys are the options --check-... without that, and
/// `kind`. `plug` names the plug.
void read_check_table(line_3& into, const std::string& plug, const file_value& table,
                      file_notes& notes);

/// The check of one target, a text or a table. What it does not say is as `plug` has it.
void read_target_check(const file_value& entry, const plug_config& plug, target_config& target,
                       file_notes& notes);

} // namespace plug
