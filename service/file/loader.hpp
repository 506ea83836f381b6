// The configuration file: `[process]`, `[defaults]` for all plugs and, for each plug, `[plug.NAME]`
// with `listen`, `targets` and options; and the files of the folder conf.d beside it, which hold
// more plugs. The keys are the long options with `_` for `-`; each has the parser, the range and
// the words that it has on the command line.
#pragma once

#include "core/config/validate.hpp"
#include "service/file/report.hpp"
#include "service/options/settings.hpp"
#include "service/options/table.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plug {

/// A file that was read. It can be run where neither `report` nor `line_problems` holds anything.
struct configuration_file {
    plug::settings settings;
    /// Every problem of the file, as it is to be printed: `FILE:LINE:COLUMN: ...`, the line, a
    /// caret, and so on; or why it cannot be read.
    std::string report;
    /// What can be run, and may not be what was meant, in the same form.
    std::string warnings;
    /// What is wrong with the options of the command line, together with the file.
    std::vector<problem> line_problems;
    /// How many files of conf.d belong to it.
    std::size_t parts = 0;
};

/// Reads the file at `path` and every `*.toml` of the folder `conf.d` beside it, sorted by name,
/// but no hidden ones; each of at most 16 MiB. `line` holds what the command line says; of the
/// options of the process its own win. Relative paths count from the folder of the file.
/// `by_default_detached` = go into the background where neither says anything. A process that was
/// started as root refuses files and folders to which anyone may write. `text` stands for what the
/// file at `path` is to hold.
configuration_file load_configuration_file(const std::filesystem::path& path, line_3 line,
                                           bool by_default_detached,
                                           std::optional<std::string> text = std::nullopt);

/// As load_configuration_file(), for the `text` of a file that may be no file, without a conf.d.
configuration_file read_configuration_text(std::string_view text, const std::filesystem::path& path,
                                           line_3 line, bool by_default_detached);

/// The same for the texts of the file at `path` (the first one) and of files of its conf.d.
configuration_file read_configuration_texts(std::span<const source_text> texts,
                                            const std::filesystem::path& path, line_3 line,
                                            bool by_default_detached);

} // namespace plug
