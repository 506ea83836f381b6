// Settings as the tables of a configuration file: what its writer prints, and what a reload
// compares.
#pragma once

#include "service/options/table.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace plug {

struct written_entry {
    std::string key;
    /// As TOML has it; empty = the key is not set.
    std::string value;
    /// What holds where it is not set.
    std::string unset{};
};

struct written_table {
    /// `process` or `plug.NAME`.
    std::string name;
    /// One of the tables of its targets, [[plug.NAME.target]].
    bool is_target = false;
    std::vector<written_entry> entries{};
};

/// The tables of `described`, in the order of a file: [process], unless that is empty, and for each
/// plug its own and those of its targets. Of what is usual, and of what is not set, only `whole`
/// has entries.
[[nodiscard]] std::vector<written_table> tables_of(const settings& described, bool whole);

/// The entries of [process] alone.
[[nodiscard]] std::vector<written_entry> process_entries(const settings& described, bool whole);

/// A basic string of TOML 1.0, in quotation marks.
[[nodiscard]] std::string toml_text(std::string_view content);

} // namespace plug
