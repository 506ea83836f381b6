#include "service/commands/configuration_operand.hpp"
#include "service/commands/table.hpp"
#include "service/file/loader.hpp"
#include "service/file/secrets.hpp"
#include "service/file/writer.hpp"

#include <algorithm>
#include <array>

namespace plug {

namespace {

using words_span = std::span<const std::string>;

constexpr std::array<command_option, 1> options{
    {{{"show-secrets", ""}, "print passwords, too, and not *** in their place"}}};
constexpr std::array<command_operand, 1> operands{{{word_source::files}}};

command print_file(const std::filesystem::path& path, bool show_secrets) {
    auto file = load_configuration_file(path, empty_line_3(), false);
    if (!file.report.empty()) {
        return file_error{std::move(file.report), exit_codes{}.configuration};
    }
    // Whether the file asks for the foreground shows where the background is the default.
    const bool foreground = !load_configuration_file(path, empty_line_3(), true).settings.detach;
    auto whole = whole_file_of(file.settings, foreground);
    if (show_secrets) {
        return print_command{std::move(whole)};
    }
    auto shown = whole_file_of(without_secrets(file.settings), foreground);
    const bool is_whole = shown == whole;
    return print_command{
        (is_whole ? "" : "# Secrets are hidden; plug config --show-secrets prints them.\n") +
        std::move(shown)};
}

command parse(words_span words) {
    auto read = read_words_of(config_row, words);
    const bool show_secrets = std::ranges::count(read.given, "show-secrets", &given_word::option);
    auto path = configuration_operand(std::move(read));
    if (auto* error = std::get_if<usage_error>(&path)) {
        return std::move(*error);
    }
    return print_file(std::get<std::filesystem::path>(path), show_secrets);
}

} // namespace

constinit const command_row config_row{
    "config",
    "[FILE]",
    "print a configuration file with all its defaults, and secrets as *** unless --show-secrets is "
    "given",
    options,
    operands,
    parse};

} // namespace plug
