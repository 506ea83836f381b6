// Options as the entries of a table of the configuration file: which there are, and what their
// values mean.
#pragma once

#include "service/file/places.hpp"
#include "service/file/toml_tree.hpp"
#include "service/options/table.hpp"

#include <string>
#include <vector>

namespace plug {

/// Whether `key` belongs in the table of a plug.
[[nodiscard]] bool is_key_of_plug(const std::string& key);

/// Whether `key` may stand in [defaults]: what plugs may have in common.
[[nodiscard]] bool is_key_of_defaults(const std::string& key);

/// Gives the value of `entry`, which is `option` of `plug` (empty = of the process), to `into`.
void read_option(line_3& into, const std::string& plug, const file_value& entry,
                 const long_option& option, file_notes& notes);

/// The texts of an entry that holds one or a list of them. Tells of all else in it that it takes
/// `form`.
std::vector<const file_value*> texts_of(const file_value& entry, const std::string& form,
                                        file_notes& notes);

/// Tells of a key that does not belong in a table of that scope, and where it does, or which one
/// was meant. Scope `line` = it stands in no table.
void refuse_key(const file_value& entry, option_scope scope, file_notes& notes);

/// The same of a key that does not belong in [defaults].
void refuse_key_of_defaults(const file_value& entry, file_notes& notes);

} // namespace plug
