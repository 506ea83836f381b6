#include "service/convert/command_line_text.hpp"

#include "core/config/characters.hpp"
#include "service/options/table.hpp"

#include <algorithm>
#include <vector>

namespace plug {

namespace {

using words = std::vector<std::string>;

/// `word` so that a POSIX shell takes it for one word and reads nothing into it.
std::string shell_word(const std::string& word) {
    const auto harmless = [](char c) {
        return is_digit(c) || is_letter(c) ||
               std::string_view("@%+=:,./_-").find(c) != std::string_view::npos;
    };
    if (!word.empty() && std::all_of(word.begin(), word.end(), harmless)) {
        return word;
    }
    std::string made = "'";
    for (const char c : word) {
        made += c == '\'' ? std::string("'\\''") : std::string(1, c);
    }
    return made + "'";
}

/// A host as it was written, IPv6 in brackets.
std::string text_of(const host_port& host, std::uint16_t default_port) {
    const bool brackets = host.host.find(':') != std::string::npos;
    const auto name = brackets ? "[" + host.host + "]" : host.host;
    return host.port == default_port ? name : name + ":" + std::to_string(host.port);
}

/// A line that says the same.
line_3 line_that_says(const plug::settings& settings) {
    line_3 line;
    line.settings = settings;
    auto& plug = plug_of(line);
    if (plug.policy == policy::first) {
        line.first = true;
        plug.policy = usual_line_3().settings.engine.plugs.front().policy;
    }
    if (const auto& outgoing = plug.listen.front().outgoing; !outgoing.empty()) {
        line.source = outgoing;
    }
    line.foreground = !settings.detach && settings.session_log != "-";
    return line;
}

/// Adds the options of `said` that are not as usual. No 2.x line says a check.
void add_options(words& line, const line_3& said) {
    for (const auto& option : long_options()) {
        const auto owner = owner_in(said, option);
        if (option.value.equal(owner, owner_in(usual_line_3(), option))) {
            continue;
        }
        for (const auto& text : option.value.print(owner, option)) {
            line.push_back("--" + std::string(option.form.name));
            if (!option.form.value.empty()) {
                line.push_back(text);
            }
        }
    }
}

} // namespace

std::string line_3_of(const plug::settings& settings) {
    const auto& plug = settings.engine.plugs.front();
    const auto port = plug.listen.front().port;
    words line{to_text(plug.listen.front())};
    for (const auto& target : plug.targets) {
        line.push_back(text_of(target.where, port));
    }
    add_options(line, line_that_says(settings));
    return shell_line(line);
}

std::string shell_line(std::span<const std::string> words) {
    std::string made = "plug";
    for (const auto& word : words) {
        made += " " + shell_word(word);
    }
    return made;
}

} // namespace plug
