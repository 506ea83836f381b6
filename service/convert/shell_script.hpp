// Reads the commands of a shell script, as far as they are words and nothing else.
#pragma once

#include "service/file/toml_tree.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace plug {

struct shell_command {
    std::vector<std::string> words;
    /// Where each of the words begins.
    std::vector<file_position> places;
};

struct shell_script {
    std::vector<shell_command> commands;
    std::vector<file_problem> problems;
};

/// The commands of `text`: quotes, backslashes, comments and lines that go on are read as a POSIX
/// shell does, and a command ends at `;`, at `&` and with its line. What a shell would put
/// something else in the place of (variables, patterns, pipes, redirections) is a problem.
[[nodiscard]] shell_script read_shell_script(std::string_view text);

} // namespace plug
