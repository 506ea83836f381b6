#include "service/options/line_2x.hpp"

#include "service/options/argument_splitter.hpp"
#include "service/options/plug_arguments.hpp"
#include "service/text/units.hpp"

#include <algorithm>
#include <array>

namespace plug {

namespace {

struct option_2x {
    option_form form;
    std::string_view long_form;
};

constexpr std::array<option_2x, 15> options{{
    {{"V", ""}, "--version"},
    {{"n", ""}, "--foreground"},
    {{"d", ""}, "--debug --foreground"},
    {{"f", ""}, "--sticky"},
    {{"t", "seconds"}, "--sticky-timeout"},
    {{"o", ""}, "--first"},
    {{"r", "seconds"}, "--retry"},
    {{"k", ""}, "--keepalive"},
    {{"l", ""}, "--log-connections"},
    {{"P", "the path of the pid file"}, "--pid-file"},
    {{"S", "the path of the session file, or -"}, "--session-log"},
    {{"i", "the address to listen on"}, "address:port as the first argument"},
    {{"p", "the source address of outgoing connections"}, "--source"},
    {{"a", "net[/bits]"}, "--allow"},
    {{"h", "host[:port] of the HTTPS proxy"}, "--via"},
}};

/// The options of one line, gathered before the positionals give them a place.
struct gathered {
    std::vector<std::string> positionals;
    std::optional<address> listen_on;
    std::string source;
    std::optional<std::chrono::seconds> sticky_timeout;
};

/// Applies a flag.
void apply_flag(char letter, line_2x& line) {
    auto& settings = line.settings;
    auto& plug = settings.engine.plugs.front();
    switch (letter) {
    case 'V':
        line.version = true;
        break;
    case 'n':
        settings.detach = false;
        break;
    case 'd':
        settings.detach = false;
        settings.debug = std::min(settings.debug + 1, 2);
        break;
    case 'f':
        plug.affinity.enabled = true;
        break;
    case 'o':
        plug.policy = policy::first;
        break;
    case 'k':
        plug.keepalive = true;
        break;
    default: // 'l'
        settings.log_connections = true;
        break;
    }
}

/// Applies an option that says which addresses take part.
void apply_address(char letter, const std::string& value, line_2x& line, gathered& found) {
    const auto where = std::string{'-', letter, ' '} + value;
    auto& plug = line.settings.engine.plugs.front();
    switch (letter) {
    case 'i':
        take(parse_address(value), where, found.listen_on, line.problems);
        break;
    case 'p':
        // An interface is a form of 3.0.
        if (const auto source = parse_address(value)) {
            found.source = value;
        } else {
            line.problems.push_back({where, source.why});
        }
        break;
    case 'a':
        read_networks(value, "-a", plug, line.problems);
        break;
    default: // 'h'
        take(parse_via(value), where, plug.via, line.problems);
        break;
    }
}

/// Applies an option that says how long, or where to write.
void apply_value(char letter, const std::string& value, line_2x& line, gathered& found) {
    const auto where = std::string{'-', letter, ' '} + value;
    auto& settings = line.settings;
    switch (letter) {
    case 't':
        take(parse_plain_seconds(value), where, found.sticky_timeout, line.problems);
        break;
    case 'r':
        take(parse_plain_seconds(value), where, settings.engine.plugs.front().retry, line.problems);
        break;
    case 'P':
        take(parse_path(value), "-P", settings.pid_file, line.problems);
        break;
    case 'S':
        take(parse_path(value), "-S", settings.session_log, line.problems);
        settings.detach = settings.detach && value != "-";
        break;
    default:
        apply_address(letter, value, line, found);
        break;
    }
}

void apply(const given_word& word, line_2x& line, gathered& found) {
    if (word.option.empty()) {
        found.positionals.push_back(word.value);
        return;
    }
    const char letter = word.option.front();
    const auto known = std::find_if(options.begin(), options.end(), [&](const option_2x& option) {
        return option.form.name.front() == letter;
    });
    if (known->form.value.empty()) {
        apply_flag(letter, line);
    } else {
        apply_value(letter, word.value, line, found);
    }
}

/// Gives the positionals, and the options that belong to them, their place.
void place(const gathered& found, line_2x& line) {
    auto& plug = line.settings.engine.plugs.front();
    if (found.sticky_timeout && plug.affinity.enabled) { // without -f, -t means nothing
        plug.affinity.timeout = *found.sticky_timeout;
    }
    if (found.positionals.empty()) {
        line.problems.push_back({"port", "is missing; write the port to listen on, 1 to 65535"});
    } else if (const auto port = parse_port(found.positionals.front())) {
        plug.listen.push_back({found.listen_on, *port, found.source});
        plug.name = std::to_string(*port);
    } else {
        line.problems.push_back({found.positionals.front(), "source " + port.why});
    }
    if (found.positionals.size() < 2) {
        line.problems.push_back({"target", "is missing; write at least one, such as 10.0.0.1:443"});
        return;
    }
    read_targets(std::span(found.positionals).subspan(1), plug, line.problems);
}

plug::settings settings_of_2x() {
    plug::settings made;
    made.exits = exit_codes::of_2x();
    made.engine.grace = std::nullopt;
    made.engine.plugs.emplace_back();
    return made;
}

} // namespace

line_2x read_line_2x(std::span<const std::string> words) {
    std::array<option_form, options.size()> forms;
    std::transform(options.begin(), options.end(), forms.begin(),
                   [](const option_2x& option) { return option.form; });
    auto read = read_words({words.begin(), words.end()}, forms, option_style::letters);
    line_2x line{settings_of_2x(), std::move(read.problems)};
    gathered found;
    for (const auto& word : read.given) {
        apply(word, line, found);
    }
    place(found, line);
    return line;
}

std::string_view long_form_of(char letter) {
    const auto known = std::find_if(options.begin(), options.end(), [&](const option_2x& option) {
        return option.form.name.front() == letter;
    });
    return known == options.end() ? std::string_view() : known->long_form;
}

} // namespace plug
