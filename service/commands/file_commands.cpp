#include "service/commands/file_commands.hpp"

#include "platform/control_channel.hpp"
#include "platform/usual_paths.hpp"
#include "service/commands/control_line.hpp"
#include "service/commands/help.hpp"
#include "service/file/loader.hpp"
#include "service/file/secrets.hpp"
#include "service/file/writer.hpp"
#include "service/options/argument_splitter.hpp"
#include "service/options/table.hpp"

#include <array>
#include <system_error>
#include <variant>

namespace plug {

namespace {

using words_span = std::span<const std::string>;

constexpr std::array<option_form, 5> check_options{{{"live", ""},
                                                    {"control", "where the plug is asked"},
                                                    {"name", "a service"},
                                                    {"help", ""},
                                                    {"version", ""}}};
constexpr std::array<option_form, 3> config_options{
    {{"show-secrets", ""}, {"help", ""}, {"version", ""}}};

/// What a line says.
struct file_line {
    std::filesystem::path path;
    bool live = false;
    bool show_secrets = false;
    /// Of the plug that runs; empty = where the file has it.
    std::string place;
};

std::variant<file_line, usage_error> read_file_line(words_span words,
                                                    std::span<const option_form> forms) {
    auto read = read_words({words.begin(), words.end()}, forms, option_style::long_names);
    file_line line;
    std::size_t files = 0;
    for (const auto& word : read.given) {
        line.live = line.live || word.option == "live";
        line.show_secrets = line.show_secrets || word.option == "show-secrets";
        take_place(word, line.place);
        if (word.option.empty() && files++ == 0) {
            line.path = word.value;
            if (word.value.empty()) {
                read.problems.push_back({"FILE", "is empty; write the path of a file"});
            }
        } else if (word.option.empty()) {
            read.problems.push_back({word.value, "is one file too many"});
        }
    }
    if (files == 0 && read.problems.empty()) {
        if (const auto usual = usual_file()) {
            line.path = *usual;
        } else {
            read.problems.push_back(
                {"FILE", "is missing, and there is no " +
                             platform::usual_configuration_file().string() +
                             "; name a configuration file, as in plug check plug.toml"});
        }
    }
    if (!read.problems.empty()) {
        return refused(std::move(read.problems));
    }
    return line;
}

/// `1 plug`, `2 plugs`.
std::string counted(std::size_t count, const char* what) {
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::string all_right(const file_line& line, const configuration_file& file) {
    const auto parts = file.parts == 0 ? "" : " and " + counted(file.parts, "file") + " of conf.d";
    return line.path.string() + parts + ": " + counted(file.settings.engine.plugs.size(), "plug") +
           ", all right\n";
}

/// Where a plug that runs the file is asked.
std::string place_of(const settings& settings) {
    return settings.control && *settings.control != "-"
               ? settings.control->string()
               : platform::default_control_place(default_service_name);
}

file_error refused_file(configuration_file file) {
    return {std::move(file.report), exit_codes{}.configuration};
}

} // namespace

command parse_check(words_span words) {
    auto line = read_file_line(words, check_options);
    if (auto* error = std::get_if<usage_error>(&line)) {
        return std::move(*error);
    }
    const auto& asked = std::get<file_line>(line);
    auto file = load_configuration_file(asked.path, empty_line_3(), false);
    if (!file.report.empty()) {
        return refused_file(std::move(file));
    }
    auto told = all_right(asked, file);
    if (asked.live) {
        auto place = asked.place.empty() ? place_of(file.settings) : asked.place;
        return live_check_command{std::move(file.settings), file.warnings + told, std::move(place)};
    }
    return print_command{std::move(told), std::move(file.warnings)};
}

command parse_config(words_span words) {
    auto line = read_file_line(words, config_options);
    if (auto* error = std::get_if<usage_error>(&line)) {
        return std::move(*error);
    }
    const auto& path = std::get<file_line>(line).path;
    auto file = load_configuration_file(path, empty_line_3(), false);
    if (!file.report.empty()) {
        return refused_file(std::move(file));
    }
    // Whether the file asks for the foreground shows where the background is the default.
    const bool foreground = !load_configuration_file(path, empty_line_3(), true).settings.detach;
    auto whole = whole_file_of(file.settings, foreground);
    if (std::get<file_line>(line).show_secrets) {
        return print_command{std::move(whole)};
    }
    auto shown = whole_file_of(without_secrets(file.settings), foreground);
    const bool is_whole = shown == whole;
    return print_command{
        (is_whole ? "" : "# Secrets are hidden; plug config --show-secrets prints them.\n") +
        std::move(shown)};
}

std::optional<std::filesystem::path> usual_file() {
    auto path = platform::usual_configuration_file();
    std::error_code unknown;
    return std::filesystem::exists(path, unknown) ? std::optional(std::move(path)) : std::nullopt;
}

} // namespace plug
