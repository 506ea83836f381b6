// One option as a row of the table: how it is written, what help says about it, which value it is
// and where that is kept. Plain data, read by both command lines, the configuration file's reader
// and writer, `plug config`, reloads, convert and help.
#pragma once

#include "core/config/check_config.hpp"
#include "core/config/configuration.hpp"
#include "service/options/argument_splitter.hpp"
#include "service/options/draft.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace plug {

/// What an option is about, and so in which table of a configuration file it is a key.
enum class option_scope {
    plug,
    process,
    /// The command line itself: no key of a file.
    line
};

struct option_group {
    /// Under which help tells about the options.
    std::string_view heading;
    option_scope scope;
};

/// What holds the value of an option.
using option_owner =
    std::variant<const settings*, const plug_config*, const check_config*, const line_3*>;

/// How a value is written.
enum class value_form {
    /// Given or not; `true` or `false` in a file.
    flag,
    /// A flag that counts, up to twice.
    times,
    /// A whole number, without quotation marks in a file.
    number,
    duration,
    text,
    /// Texts, each of which the command line takes as an option of its own.
    list
};

struct long_option;

/// The value of an option. Made by the functions of values.hpp.
struct option_value {
    value_form form;
    /// Reads `text`, or adds a problem to the line.
    void (*read)(line_3& line, const long_option& option, const std::string& text);
    /// The texts that read() makes it of: of a flag an empty one for each time. None = it is unset.
    std::vector<std::string> (*print)(const option_owner& owner, const long_option& option);
    bool (*equal)(const option_owner& one, const option_owner& other);
    /// Gives it the default.
    void (*reset)(line_3& line);
    /// The part of a line that holds it.
    option_owner (*owner_in)(const line_3& line);
    /// Whether it lies within its bounds; null = it has none but what read() looks for.
    bool (*fits)(const option_owner& owner, const option_value& value) = nullptr;
    /// Microseconds, numbers or percent.
    std::int64_t least = 0;
    std::int64_t most = 0;
    /// Of a duration: the unit that is likely meant where there is none.
    std::string_view unit{};
    /// The words that it can be; null = any.
    std::vector<std::string_view> (*words)() = nullptr;
    /// What is wrong with another word.
    std::string_view complaint{};
    /// The path that it is, or may be.
    std::optional<std::filesystem::path>& (*path)(settings& owner) = nullptr;
    const std::optional<std::filesystem::path>& (*path_in)(const settings& owner) = nullptr;
};

/// What the readers of the table go by, beside the value. Most options need none of it.
struct option_traits {
    /// What holds while it has no value, for help and `plug config`.
    std::string_view unset{};
    /// The option without which it means nothing.
    std::string_view needs{};
    /// Whether a change waits for the next start, as a process cannot make it while it runs.
    bool waits = false;
    /// Whether its path is opened again while the process runs, and so must lie in --chroot.
    bool is_opened_again = false;
    /// Whether it names a file that is no setting of the process.
    bool names_file = false;
};

/// One option.
struct long_option {
    /// Its name, and what stands for its value. Behind a `|`, a duration has the word that stands
    /// for none.
    option_form form;
    option_group group;
    /// Without the default, which help adds.
    std::string_view help;
    option_value value;
    option_traits traits{};
};

} // namespace plug
