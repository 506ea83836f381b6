#include "service/commands/help_text.hpp"

#include "core/config/characters.hpp"
#include "platform/usual_paths.hpp"
#include "service/commands/table.hpp"
#include "service/options/table.hpp"

#include <algorithm>
#include <array>

namespace plug {

namespace {

constexpr std::size_t option_column = 30;
constexpr std::size_t command_column = 19;
constexpr std::size_t widest_line = 80;

constexpr const char* about_operands =
    R"(LISTEN is a port, address:port or [v6]:port; a port alone is all addresses. A
socket that systemd passes is taken by its address, or by its name: fd:NAME.
Behind it, /address or /interface is what connections are made from, as with
--source. A TARGET is an address, with :port where it is not the port of LISTEN.
A DURATION is a number and us, ms, s, min, h or d.
A file has [process] and, for each plug, [plug.NAME] with listen, targets and
options of this list as keys, such as sticky_timeout = "8h"; a target with
weight, backup or name is a table [[plug.NAME.target]]. What plugs have in
common stands in [defaults]; conf.d/*.toml beside the file may hold more plugs.
See the README.
)";

constexpr const char* closing = R"(
The options of Plugdaemon 2.x (plug -nlk 443 10.0.0.1) are understood too, in a
line of their own. Read more: man plug, or the README.
)";

std::vector<std::string> words_in(std::string_view text) {
    std::vector<std::string> words;
    for (const auto word : split(text, ' ')) {
        words.emplace_back(word);
    }
    return words;
}

/// Appends `words` to the last line of `text`, and goes on in lines that start at `column`.
void append_wrapped(std::string& text, const std::vector<std::string>& words, std::size_t column) {
    for (const auto& word : words) {
        const auto start = text.rfind('\n') + 1; // of the line; 0 for the first
        if (text.size() - start + 1 + word.size() > widest_line) {
            text += "\n" + std::string(column - 2, ' ');
        }
        text += (text.empty() || text.ends_with('\n') ? "" : " ") + word;
    }
    text += "\n";
}

/// Appends `name` with `help` beside it at `column`, or below it where it is too long for that.
void append_entry(std::string& text, const std::string& name, std::string_view help,
                  std::size_t column) {
    text += "  " + name;
    const auto used = 2 + name.size();
    if (used + 1 >= column) {
        text += "\n" + std::string(column - 2, ' ');
    } else {
        text += std::string(column - 2 - used, ' ');
    }
    append_wrapped(text, words_in(help), column);
}

std::string written(const option_form& form) {
    return "--" + std::string(form.name) +
           (form.value.empty() ? "" : " " + std::string(form.value));
}

/// The options of `row` in brackets.
std::vector<std::string> options_in_brackets(const command_row& row) {
    std::vector<std::string> words;
    for (const auto& option : row.options) {
        if (!option.is_hidden) {
            words.push_back("[" + written(option.form) + "]");
        }
    }
    return words;
}

/// One way to write `row`, in words that a line is not broken in.
std::vector<std::string> usage_words(const command_row& row, std::string_view operands) {
    std::vector<std::string> words{"plug", &row == &run_row ? "[run]" : std::string(row.name)};
    for (auto& word : operands.empty() ? std::vector<std::string>() : words_in(operands)) {
        words.push_back(std::move(word));
    }
    const auto options = options_in_brackets(row);
    words.insert(std::ranges::find(words, "--"), options.begin(), options.end());
    return words;
}

std::vector<std::vector<std::string>> usages_of(const command_row& row) {
    std::vector<std::vector<std::string>> usages;
    for (const auto operands : split(row.usage, '\n')) {
        usages.push_back(usage_words(row, operands));
    }
    return usages;
}

std::string usage_of(const command_row& row) {
    constexpr std::size_t indent = 7; // that of `usage: `
    constexpr std::size_t further = 13;
    std::string text;
    for (const auto& words : usages_of(row)) {
        text += text.empty() ? "usage:" : std::string(indent - 1, ' ');
        append_wrapped(text, words, further);
    }
    return text;
}

std::string usage_of_all() {
    auto text = usage_of(run_row) + "       plug";
    std::vector<std::string> names;
    for (const auto* row : commands()) {
        if (row != &run_row) {
            names.insert(names.end(), {std::string(row->name), "|"});
        }
    }
    names.pop_back();
    append_wrapped(text, names, std::size_t{13});
    return text;
}

std::string list_of_commands() {
    std::string text = "Commands:\n";
    for (const auto* row : commands()) {
        auto operands = std::string(row->usage.substr(0, row->usage.find('\n')));
        const bool has_more = operands.size() < row->usage.size();
        const auto name =
            std::string(row->name) + (operands.empty() || has_more ? "" : " " + operands);
        append_entry(text, name, row->help, command_column);
        if (!row->options.empty()) {
            text += std::string(command_column - 2, ' ');
            append_wrapped(text, options_in_brackets(*row), command_column);
        }
    }
    return text;
}

std::string list_of_options() {
    std::string text;
    std::string_view group;
    for (const auto& option : long_options()) {
        if (option.group.heading != group) {
            group = option.group.heading;
            text += (text.empty() ? "" : "\n") + std::string(group) + ":\n";
        }
        append_entry(text, written(option.form), help_of(option), option_column);
    }
    return text;
}

std::string options_of(const command_row& row) {
    if (&row == &run_row) {
        return "\n" + std::string(about_operands) + "\n" + list_of_options();
    }
    std::string text;
    for (const auto& option : row.options) {
        if (!option.is_hidden) {
            append_entry(text, written(option.form), option.help, option_column);
        }
    }
    return (text.empty() ? "" : "\nOptions:\n") + text;
}

/// `help` as a sentence.
std::string sentence_of(std::string_view help) {
    std::string text(help);
    text.front() = static_cast<char>(text.front() - 'a' + 'A');
    return text + ".";
}

} // namespace

std::span<const help_example> help_examples() {
    static const std::array<help_example, 7> examples{
        {{"Listen on port 8080 and share the connections between two web servers:",
          {"plug run 8080 10.0.0.1:80 10.0.0.2:80"}},
         {"The same as a daemon; each client keeps its server:",
          {"plug 8080 10.0.0.1:80 10.0.0.2:80 --sticky --pid-file /run/plug.pid"}},
         {"One server, and a spare that is used while the first is down:",
          {"plug run 127.0.0.1:5432 10.0.0.1 10.0.0.2 --first"}},
         {"Accept clients of one network only, and print each session as it ends:",
          {"plug run '[::1]:443' 10.0.0.1 --allow fd00::/8 --session-log -"}},
         {"Many plugs from one file; look through the file first:",
          {"plug check plug.toml", "plug run --config plug.toml"}},
         {"See it balance and fail over, without any setup:", {"plug demo"}},
         {"What is an old command line as a configuration file?",
          {"plug convert -- -nlk -P /run/plug.pid 443 10.0.0.1"}}}};
    return examples;
}

std::string help_text() {
    std::string text = "Examples:\n";
    for (const auto& example : help_examples()) {
        text += "  " + std::string(example.sentence) + "\n";
        for (const auto line : example.lines) {
            text += "      " + std::string(line) + "\n";
        }
    }
    return text + "\n" + usage_of_all() + "\n" + list_of_commands() + "\n" + about_operands +
           "Without FILE, check, config and a bare run take\n" +
           platform::usual_configuration_file().string() + ".\n\n" + list_of_options() + closing;
}

std::string help_text_of(const command_row& row) {
    auto text = usage_of(row) + "\n";
    append_wrapped(text, words_in(sentence_of(row.help)), 2);
    const auto file = platform::usual_configuration_file().string() + ".\n";
    if (row.usage.starts_with("[FILE]")) {
        text += "Without FILE it takes " + file;
    } else if (&row == &run_row) {
        text += "Without any plug it runs those of " + file;
    }
    return text + options_of(row);
}

std::vector<std::string> usage_lines_of(const command_row& row) {
    std::vector<std::string> lines;
    for (const auto& words : usages_of(row)) {
        auto& line = lines.emplace_back();
        for (const auto& word : words) {
            line += (line.empty() ? "" : " ") + word;
        }
    }
    return lines;
}

std::string usage_text() { return usage_of_all() + "See plug --help.\n"; }

std::string usage_text_of(const command_row& row) {
    return usage_of(row) + "See plug help " + std::string(row.name) + ".\n";
}

std::string version_text() { return "Plugdaemon " PLUG_VERSION "\n"; }

std::string usage_text_2x() {
    return "usage: plug [-Vndfokl] [-t seconds] [-r seconds] [-P pidfile] [-S file]\n"
           "            [-i address] [-p address] [-a net[/bits]]... [-h host[:port]]\n"
           "            port target[:port] [target[:port]]...\n"
           "plug --help shows the options of 3.0.\n";
}

} // namespace plug
