// The table [[plug.NAME.target]] of a configuration file.
#pragma once

#include "core/config/configuration.hpp"
#include "service/file/places.hpp"
#include "service/file/toml_tree.hpp"
#include "service/options/draft.hpp"

namespace plug {

/// What the table says of the target of `plug` beside its address, which the caller has read.
void read_target_settings(const file_value& table, const line_3& plug, target_config& target,
                          file_notes& notes);

} // namespace plug
