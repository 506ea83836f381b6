#include "service/convert/command_line_text.hpp"

#include "core/config/characters.hpp"
#include "service/options/plug_arguments.hpp"
#include "service/text/units.hpp"

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

void add_flag(words& line, bool wanted, const char* option) {
    if (wanted) {
        line.emplace_back(option);
    }
}

void add_value(words& line, const char* option, const std::string& value) {
    line.emplace_back(option);
    line.push_back(value);
}

/// A host as it was written, IPv6 in brackets.
std::string text_of(const host_port& host, std::uint16_t default_port) {
    const bool brackets = host.host.find(':') != std::string::npos;
    const auto name = brackets ? "[" + host.host + "]" : host.host;
    return host.port == default_port ? name : name + ":" + std::to_string(host.port);
}

std::string text_of(const std::optional<std::chrono::milliseconds>& duration, const char* none) {
    return duration ? duration_text(*duration) : none;
}

void add_balance(words& line, const plug_config& plug) {
    add_flag(line, plug.affinity.enabled, "--sticky");
    if (plug.affinity.enabled && plug.affinity.timeout != affinity_config{}.timeout) {
        add_value(line, "--sticky-timeout", duration_text(plug.affinity.timeout));
    }
    add_flag(line, plug.policy == policy::first, "--first");
    if (plug.policy != policy::round_robin && plug.policy != policy::first) {
        add_value(line, "--policy", std::string(name_of(plug.policy)));
    }
    add_value(line, "--retry", text_of(plug.retry, "never"));
}

void add_reach(words& line, const plug_config& plug) {
    for (const auto& network : plug.allow) {
        add_value(line, "--allow", to_text(network));
    }
    if (const auto& source = plug.listen.front().outgoing; !source.empty()) {
        add_value(line, "--source", source);
    }
    if (plug.via) {
        add_value(line, "--via", to_text(*plug.via));
    }
    add_flag(line, plug.keepalive, "--keepalive");
}

void add_process(words& line, const plug::settings& settings) {
    add_flag(line, settings.log_connections, "--log-connections");
    if (settings.session_log) {
        add_value(line, "--session-log", settings.session_log->string());
    }
    for (int i = 0; i < settings.debug; ++i) {
        line.emplace_back("--debug");
    }
    add_flag(line, !settings.detach && settings.session_log != "-", "--foreground");
    if (settings.control) {
        add_value(line, "--control", settings.control->string());
    }
    if (settings.pid_file) {
        add_value(line, "--pid-file", settings.pid_file->string());
    }
    add_value(line, "--grace", text_of(settings.engine.grace, "unlimited"));
}

} // namespace

std::string line_3_of(const plug::settings& settings) {
    const auto& plug = settings.engine.plugs.front();
    const auto port = plug.listen.front().port;
    words line{to_text(plug.listen.front())};
    for (const auto& target : plug.targets) {
        line.push_back(text_of(target.where, port));
    }
    add_balance(line, plug);
    add_reach(line, plug);
    add_process(line, settings);
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
