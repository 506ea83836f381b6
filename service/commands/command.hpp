// What a command line comes to, and what a row of the table of commands says.
#pragma once

#include "core/config/validate.hpp"
#include "service/options/argument_splitter.hpp"
#include "service/options/settings.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace plug {

/// Run the plugs of `settings`.
struct run_command {
    plug::settings settings;
    /// For a reload; empty = there is no file.
    settings_reader read_again{};
};

/// Print `text` to standard output and exit 0: help, version, the outcome of convert.
struct print_command {
    std::string text;
    /// What standard error gets, in whole lines.
    std::string notes{};
};

/// Call `carry_out`, which returns the exit code.
struct task {
    std::function<int()> carry_out;
};

/// The line cannot be used: print every problem, then the usage, and exit with `exit_code`.
struct usage_error {
    std::vector<problem> problems;
    std::string usage;
    int exit_code = 64;
};

/// The configuration file cannot be used: print `report` to standard error as it is, and exit with
/// `exit_code`.
struct file_error {
    std::string report;
    int exit_code = 78;
};

using command = std::variant<run_command, print_command, task, usage_error, file_error>;

/// A line of 3.0 is refused for `problems`; parse_command_line() adds the usage of its command.
[[nodiscard]] inline usage_error refused(std::vector<problem> problems) {
    return {std::move(problems), {}, exit_codes{}.usage};
}

/// The task to `act` on what `line` holds, or else the error or the print_command in it.
template <typename Request, typename... Others>
command task_of(std::variant<Request, Others...> line, int (*act)(const Request&)) {
    return std::visit(
        [act]<typename Value>(Value& value) -> command {
            if constexpr (std::is_same_v<Value, Request>) {
                return task{[act, request = std::move(value)] { return act(request); }};
            } else {
                return std::move(value);
            }
        },
        line);
}

/// What completions offer for an operand.
enum class word_source { nothing, files, words, plugs, commands };

/// A positional word of a command.
struct command_operand {
    word_source source = word_source::nothing;
    /// For word_source::words.
    std::span<const std::string_view> words{};
};

/// An option of a command other than run, whose options are long_options().
struct command_option {
    option_form form;
    std::string_view help;
    /// Its value is the path of a file or a folder.
    bool is_path = false;
    /// All its values; empty = they are not listed.
    std::span<const std::string_view> words{};
    /// Only the program itself gives it, and help is silent about it.
    bool is_hidden = false;
};

/// A command: dispatch, help, usage, completions and man pages are made from its row.
struct command_row {
    std::string_view name;
    /// Its operands, such as `PLUG CLIENT`; a line for each way to write them.
    std::string_view usage;
    std::string_view help;
    std::span<const command_option> options;
    /// What completions offer for each operand, in order.
    std::span<const command_operand> operands;
    /// Reads what follows the name.
    command (*parse)(std::span<const std::string> words);
};

/// Reads `words` with the options of `row`, and --help and --version.
[[nodiscard]] split_words read_words_of(const command_row& row, std::span<const std::string> words);

} // namespace plug
