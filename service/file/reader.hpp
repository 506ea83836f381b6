// Makes settings of the tree of a configuration file, and remembers where each of them stands.
#pragma once

#include "service/file/places.hpp"
#include "service/file/toml_tree.hpp"
#include "service/options/table.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace plug {

/// Reads a file and those of its conf.d. Every problem is put where the operator has written what
/// it is about.
class file_reader {
public:
    /// What the file says of the process goes into `line`, unless `line` says it itself; so do the
    /// plugs. Relative paths count from `folder`. `names` = what the files are called, by their
    /// number.
    file_reader(line_3& line, std::filesystem::path folder, std::vector<std::string> names)
        : line_(line), folder_(std::move(folder)), names_(std::move(names)) {}

    /// The file itself, which comes first.
    void read(const file_value& file);
    /// A file of conf.d, which holds plugs alone.
    void read_part(const file_value& file);
    /// What cannot be read.
    void refuse(const file_problem& broken) { notes_.problems().push_back(broken); }

    /// Settles what depends on the whole, and looks for what is wrong with it. Gives the problems
    /// that the command line alone can mend.
    std::vector<problem> judge(bool by_default_detached);

    [[nodiscard]] std::vector<file_problem>& problems() noexcept { return notes_.problems(); }
    [[nodiscard]] std::vector<file_problem>& warnings() noexcept { return notes_.warnings(); }

private:
    void read_process(const file_value& table);
    void read_defaults(const file_value& table);
    void read_plugs(const file_value& entry);
    void read_plug(const file_value& entry);
    void read_plug_options(line_3& plug, const file_value& table);
    void read_plug_entry(line_3& plug, const std::string& name, const file_value& entry);
    void read_listen(line_3& plug, const file_value& table);
    void read_targets_of(line_3& plug, const file_value& table);
    void warn_of_ports(const plug_config& plug, const file_value& target);
    target_config* add_target(line_3& plug, const std::string& name, const file_value& text);
    void read_described_targets(line_3& plug, const std::string& name, const file_value& list);

    void place_path(std::optional<std::filesystem::path>& path, const std::string& option);
    bool is_name_of_plug(const file_value& entry);
    bool is_new_plug(const file_value& entry);

    line_3& line_;
    std::filesystem::path folder_;
    std::vector<std::string> names_;
    /// The entries of [defaults] that a plug may inherit.
    std::vector<file_value> defaults_;
    file_notes notes_;
};

} // namespace plug
