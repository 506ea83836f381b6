#include "service/commands/run.hpp"

#include "platform/usual_paths.hpp"
#include "service/commands/configuration_operand.hpp"
#include "service/commands/table.hpp"
#include "service/file/loader.hpp"
#include "service/options/plug_arguments.hpp"
#include "service/options/table.hpp"

#include <algorithm>
#include <optional>

namespace plug {

namespace {

using words_span = std::span<const std::string>;

/// Why the first positional of a line is no LISTEN but a command that went wrong; nothing where it
/// is not that.
std::optional<problem> misplaced_command(const line_3& line) {
    if (line.positionals.empty() || parse_listen(line.positionals.front())) {
        return std::nullopt;
    }
    const auto& word = line.positionals.front();
    if (find_command(word) != nullptr) {
        return problem{word, "is a command and must be the first word"};
    }
    const auto meant = nearest_command(word);
    if (meant.empty()) {
        return std::nullopt;
    }
    return problem{word, "is neither a command nor where to listen, such as 443; did you mean " +
                             std::string(meant) + "?"};
}

/// Reads a line, and once more without a command that went wrong, to tell what else is.
line_3 read_past_command(words_span words) {
    auto line = read_line_3(words);
    auto misplaced = misplaced_command(line);
    if (!misplaced) {
        return line;
    }
    std::vector<std::string> rest(words.begin(), words.end());
    rest.erase(std::find(rest.begin(), rest.end(), misplaced->where));
    const bool alone = line.positionals.size() == 1;
    line = read_line_3(rest);
    if (alone) { // LISTEN and TARGET are not what is missing
        line.problems.clear();
    }
    line.problems.insert(line.problems.begin(), std::move(*misplaced));
    return line;
}

parsed<settings> read_settings_again(const line_3& line, const std::filesystem::path& path,
                                     bool by_default_detached) {
    auto file = load_configuration_file(path, line, by_default_detached);
    for (const auto& each : file.line_problems) {
        file.report += each.where + ": " + each.what + "\n";
    }
    if (!file.report.empty()) {
        return parsed<settings>::bad(std::move(file.report));
    }
    return parsed<settings>::ok(std::move(file.settings));
}

/// The plugs of the file that `line` names.
command run_file(line_3 line, bool by_default_detached) {
    if (!line.problems.empty()) {
        return refused(std::move(line.problems));
    }
    const auto path = *line.config;
    make_paths_absolute(line.settings); // a reload of a daemon would take them for paths below /
    auto read_again = [line, by_default_detached, path = std::filesystem::absolute(path)] {
        return read_settings_again(line, path, by_default_detached);
    };
    auto file = load_configuration_file(path, std::move(line), by_default_detached);
    if (!file.report.empty()) {
        return file_error{std::move(file.report), exit_codes{}.configuration};
    }
    if (!file.line_problems.empty()) {
        return refused(std::move(file.line_problems));
    }
    return run_command{std::move(file.settings), std::move(read_again)};
}

/// Whether `words`, a line without the word `run`, say nothing of a plug.
bool names_no_plug(words_span words) {
    const auto line = read_line_3(words);
    return line.positionals.empty() && std::ranges::none_of(line.given, [](const auto& name) {
               return name == "config" || find_long_option(name)->group.scope == option_scope::plug;
           });
}

/// The plugs of this machine's file.
command run_usual_file(words_span words) {
    const auto usual = usual_file();
    std::vector<std::string> with_file(words.begin(), words.end());
    if (usual) {
        with_file.insert(with_file.begin(), {"--config", usual->string()});
    }
    auto made = parse_run(with_file, false);
    auto* error = std::get_if<usage_error>(&made);
    if (!usual && error != nullptr && !error->problems.empty()) {
        error->problems.push_back({"FILE", "would do instead, but there is no " +
                                               platform::usual_configuration_file().string()});
    }
    return made;
}

command parse_run_row(words_span words) {
    return names_no_plug(words) ? run_usual_file(words) : parse_run(words, false);
}

} // namespace

command parse_run(words_span words, bool by_default_detached) {
    auto line = read_past_command(words);
    if (line.config) {
        return run_file(std::move(line), by_default_detached);
    }
    place_process(line, by_default_detached);
    make_paths_absolute(line.settings);
    auto problems = problems_of(line.settings);
    problems.insert(problems.begin(), line.problems.begin(), line.problems.end());
    for (auto& one : problems) {
        if (find_long_option(one.where) != nullptr) {
            one.where.insert(0, "--");
        }
    }
    if (!problems.empty()) {
        return refused(std::move(problems));
    }
    return run_command{std::move(line.settings)};
}

constinit const command_row run_row{
    "run",
    "LISTEN TARGET... [--option...]\n--config FILE [--option of the process...]",
    "run a plug in the foreground, or with --config FILE the plugs of a file; without the word "
    "run, "
    "plug detaches",
    {},
    {},
    parse_run_row};

} // namespace plug
