// Adds converted plugs to a configuration file that is there.
#pragma once

#include "service/commands/dispatch.hpp"
#include "service/options/settings.hpp"

#include <filesystem>

namespace plug {

/// The file at `path` with the plugs of `settings` behind its own, under names that are not taken.
/// A file that is not there is a new one. It is to be what `plug check` accepts; what the process
/// is told has to be the same in both, as long as the file has plugs of its own. Where `settings`
/// are as 3.0 has them by itself, the file decides, unless a line of 2.x (`is_2x`) means them so.
[[nodiscard]] command append_to_file(const std::filesystem::path& path, plug::settings settings,
                                     bool is_2x);

} // namespace plug
