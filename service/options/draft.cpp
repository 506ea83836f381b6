#include "service/options/draft.hpp"

#include "service/options/check_options.hpp"
#include "service/options/plug_arguments.hpp"
#include "service/options/table.hpp"

#include <algorithm>
#include <iterator>

namespace plug {

namespace {

using namespace std::chrono_literals;

/// Sets the outgoing side of `listen`, which LISTEN and --source may both name.
void place_source(line_3& line, listen_address& listen) {
    if (!line.source || listen.outgoing == *line.source) {
        return;
    }
    if (listen.outgoing.empty()) {
        listen.outgoing = *line.source;
        return;
    }
    const auto behind_slash = parse_address(listen.outgoing);
    const auto given = parse_address(*line.source);
    if (!behind_slash || !given || *behind_slash != *given) {
        line.problems.push_back(
            {"--source " + *line.source, "is not what LISTEN says behind the slash, " +
                                             listen.outgoing + "; name the source once"});
    }
}

void place_positionals(line_3& line) {
    if (line.positionals.empty()) {
        line.problems.push_back({"LISTEN", "is missing; write where to listen, such as 443 or "
                                           "10.0.0.1:443"});
    } else {
        place_listen(line, line.positionals.front());
    }
    if (line.positionals.size() < 2) {
        line.problems.push_back({"TARGET", "is missing; write at least one, such as 10.0.0.2:443"});
        return;
    }
    read_targets(std::span(line.positionals).subspan(1), plug_of(line), line.problems);
}

void apply(line_3& line, const given_word& word) {
    if (word.option.empty()) {
        line.positionals.push_back(word.value);
        return;
    }
    read_into(line, *find_long_option(word.option), word.value);
    line.given.insert(word.option);
}

/// An option of the plug that means nothing without another one is as usual without it.
void settle_needs(line_3& line) {
    for (const auto& option : long_options()) {
        if (option.group.scope != option_scope::plug ||
            has_what_it_needs(option, owner_in(line, option))) {
            continue;
        }
        if (line.says(option.form.name)) {
            line.problems.push_back({"--" + std::string(option.form.name), why_needless(option)});
        }
        option.value.reset(line);
    }
}

/// Beside a file, a line has no plug of its own.
void refuse_plug(line_3& line) {
    for (const auto& word : line.positionals) {
        line.problems.push_back({word, "is not expected beside --config; the file says where to "
                                       "listen, and the targets"});
    }
    for (const auto& name : line.given) {
        if (find_long_option(name)->group.scope == option_scope::plug) {
            line.problems.push_back({"--" + name, "describes a plug, and beside --config the file "
                                                  "does that; write it there"});
        }
    }
}

} // namespace

line_3 empty_line_3() {
    line_3 made;
    made.settings.engine.plugs.emplace_back().retry = 10s;
    return made;
}

const line_3& usual_line_3() {
    static const auto usual = empty_line_3();
    return usual;
}

bool line_3::says(std::string_view option) const {
    return std::ranges::find(said, option) != said.end();
}

bool line_3::says_or_inherits(std::string_view option) const {
    return says(option) || std::ranges::find(inherited, option) != inherited.end();
}

void inherit(line_3& line) {
    line.inherited.insert(line.inherited.end(), line.said.begin(), line.said.end());
    line.said.clear();
}

void place_listen(line_3& line, const std::string& word) {
    auto listen = parse_listen(word);
    if (!listen) {
        line.problems.push_back({word, std::move(listen.why)});
        return;
    }
    place_source(line, *listen.value);
    plug_of(line).name =
        listen->passed_name.empty() ? std::to_string(listen->port) : listen->passed_name;
    plug_of(line).listen.push_back(std::move(*listen.value));
}

void settle_dependent_options(line_3& line) {
    settle_needs(line);
    settle_check(line);
    if (!line.first) {
        return;
    }
    if (line.says_or_inherits("policy") && plug_of(line).policy != policy::first) {
        line.problems.push_back({"--first", "is --policy first, and another policy is given; "
                                            "give one"});
    }
    plug_of(line).policy = policy::first;
}

void place_process(line_3& line, bool by_default_detached) {
    const bool has_console_log = line.settings.log_to.place == log_place::standard_error;
    const bool prints = line.settings.session_log == "-" || has_console_log;
    if (line.detach && line.foreground) {
        line.problems.push_back({"--detach", "and --foreground exclude each other; give one"});
    } else if (line.detach && prints) {
        line.problems.push_back(
            {"--detach", has_console_log ? "and --log-to stderr exclude each other, as a detached "
                                           "plug has no standard error; name a file"
                                         : "and --session-log - exclude each other, as a detached "
                                           "plug has no standard output; name a file"});
    }
    line.settings.detach = line.detach || (by_default_detached && !line.foreground && !prints);
}

line_3 read_line_3(std::span<const std::string> words) {
    std::vector<option_form> forms;
    std::ranges::transform(long_options(), std::back_inserter(forms), &long_option::form);
    auto read = read_words({words.begin(), words.end()}, forms, option_style::long_names);
    auto line = empty_line_3();
    line.problems = std::move(read.problems);
    for (const auto& word : read.given) {
        apply(line, word);
    }
    if (line.given.contains("config")) {
        refuse_plug(line);
        line.settings.engine.plugs.clear();
        return line;
    }
    settle_dependent_options(line);
    place_positionals(line);
    return line;
}

} // namespace plug
