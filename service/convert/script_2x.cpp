#include "service/convert/script_2x.hpp"

#include "core/config/characters.hpp"
#include "service/convert/shell_script.hpp"
#include "service/convert/unused_name.hpp"
#include "service/file/writer.hpp"
#include "service/options/line_2x.hpp"
#include "service/options/plug_arguments.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace plug {

namespace {

/// The last part of a path, without `.exe`.
std::string_view name_of_program(std::string_view word) {
    const auto slash = word.find_last_of("/\\");
    auto name = slash == std::string_view::npos ? word : word.substr(slash + 1);
    if (name.ends_with(".exe")) {
        name.remove_suffix(4);
    }
    return name;
}

bool is_argument(std::string_view word) { return word.starts_with('-') || all_digits(word); }

/// Where the word stands that `told` is about, or the command.
file_position place_of(const problem& told, const shell_command& command) {
    for (std::size_t number = 0; number < command.words.size(); ++number) {
        const auto& word = command.words[number];
        if (!word.empty() && (told.where == word || told.where.starts_with(word + " "))) {
            return command.places[number];
        }
    }
    return command.places.front();
}

/// Makes one configuration of many lines.
class script_of_2x {
public:
    explicit script_of_2x(shell_script script) : script_(std::move(script)) {
        read_.problems = std::move(script_.problems);
        read_.settings.engine.plugs.clear();
    }

    read_forwards read() {
        for (const auto& command : script_.commands) {
            add(command);
        }
        if (read_.problems.empty()) {
            judge_whole();
        }
        return std::move(read_);
    }

private:
    void add(const shell_command& command) {
        const auto arguments = without_program(command.words);
        const bool is_plug = arguments.size() < command.words.size() || is_argument(arguments[0]);
        if (!is_plug) {
            read_.problems.push_back(
                {command.places.front(), plug::quoted(command.words.front()) +
                                             " is another command than plug; take the line out"});
            return;
        }
        auto line = read_convertible_2x(arguments);
        if (line.version) {
            line.problems = {{"-V", "prints the version, and runs no plug; take the line out"}};
        }
        for (const auto& one : line.problems) {
            read_.problems.push_back({place_of(one, command), one.where + ": " + one.what});
        }
        if (line.problems.empty()) {
            merge(std::move(line.settings), command.places.front());
        }
    }

    void merge(plug::settings settings, file_position at) {
        const auto process = process_values(settings);
        if (read_.settings.engine.plugs.empty()) {
            read_.settings = settings;
            read_.settings.engine.plugs.clear();
            process_ = process;
            first_ = at;
        }
        tell_differences(process, at);
        auto& plug = settings.engine.plugs.front();
        plug.name = unused_name(plug.name, names_);
        places_[plug.name] = at;
        read_.settings.engine.plugs.push_back(std::move(plug));
    }

    /// Of each option with both places.
    void tell_differences(const process_table& process, file_position at) {
        for (const auto& [key, mine, other] : differences_between(process, process_)) {
            read_.differences.push_back({at, difference_text(key, mine, other, first_)});
            read_.differences.push_back({first_, difference_text(key, other, mine, at)});
        }
    }

    static std::string difference_text(const std::string& key, const std::string& here,
                                       const std::string& there, const file_position& other) {
        return key + " is " + here + " here and " + there + " in line " +
               std::to_string(other.line) +
               "; the plugs of a file share one process: give both lines the same";
    }

    /// What is wrong with the lines together, such as one address for two of them.
    void judge_whole() {
        for (const auto& one : value_problems_of(read_.settings)) {
            const auto place = places_.find(one.plug);
            read_.problems.push_back({place == places_.end() ? file_position{} : place->second,
                                      one.where + ": " + one.what});
        }
    }

    shell_script script_;
    read_forwards read_;
    process_table process_;
    file_position first_;
    std::set<std::string> names_;
    std::map<std::string, file_position> places_;
};

} // namespace

convertible_line read_convertible_2x(std::span<const std::string> arguments) {
    auto line = read_line_2x(arguments);
    convertible_line made{std::move(line.settings), std::move(line.problems), line.version};
    for (const auto& word : arguments) {
        if (word.size() > 2 && word.starts_with("--")) {
            made.problems.push_back({word, "is no option of the 2.x command line"});
        }
    }
    if (made.problems.empty() && !made.version) {
        made.problems = value_problems_of(made.settings);
    }
    return made;
}

std::span<const std::string> without_program(std::span<const std::string> words) {
    auto rest = words;
    while (rest.size() > 1 && (rest.front() == "exec" || rest.front() == "nohup")) {
        rest = rest.subspan(1);
    }
    return !rest.empty() && name_of_program(rest.front()) == "plug" ? rest.subspan(1) : words;
}

read_forwards read_script_2x(std::string_view text) {
    return script_of_2x(read_shell_script(text)).read();
}

} // namespace plug
