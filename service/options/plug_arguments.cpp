#include "service/options/plug_arguments.hpp"

#include "core/config/characters.hpp"
#include "platform/control_channel.hpp"
#include "service/options/privilege_options.hpp"

#include <algorithm>
#include <array>

namespace plug {

namespace {

constexpr std::uint16_t default_proxy_port = 80;

struct named_policy {
    std::string_view name;
    policy what;
};

constexpr std::array<named_policy, 5> policies{{
    {"round-robin", policy::round_robin},
    {"first", policy::first},
    {"least-connections", policy::least_connections},
    {"random-two", policy::random_two},
    {"source-hash", policy::source_hash},
}};

void make_absolute(std::optional<std::filesystem::path>& path) {
    if (path && *path != "-") {
        path = std::filesystem::absolute(*path).lexically_normal();
    }
}

} // namespace

void read_targets(std::span<const std::string> words, plug_config& plug,
                  std::vector<problem>& problems) {
    for (const auto& word : words) {
        auto target = parse_host_port(word);
        if (!target && word.find(',') != std::string::npos) {
            target.why = "is more than one target; write each as a word of its own";
        }
        if (!target) {
            problems.push_back({word, std::move(target.why)});
            continue;
        }
        if (target->port == 0 && !plug.listen.empty()) {
            target.value->port = plug.listen.front().port;
        }
        plug.targets.emplace_back(std::move(*target.value));
    }
}

void read_networks(std::string_view list, const std::string& option, plug_config& plug,
                   std::vector<problem>& problems) {
    for (const auto item : split(list, ',')) {
        const auto network = parse_network(item);
        if (network) {
            plug.allow.push_back(*network);
        } else {
            problems.push_back({option + " " + std::string(item), network.why});
        }
    }
}

std::string_view name_of(policy named) noexcept {
    const auto found = std::ranges::find(policies, named, &named_policy::what);
    return found == policies.end() ? std::string_view() : found->name;
}

parsed<policy> parse_policy(std::string_view text) {
    const auto found = std::ranges::find(policies, text, &named_policy::name);
    if (found != policies.end()) {
        return parsed<policy>::ok(found->what);
    }
    return parsed<policy>::bad("is no policy; write round-robin, first, least-connections, "
                               "random-two or source-hash");
}

std::string_view name_of(session_fate named) noexcept {
    switch (named) {
    case session_fate::keep:
        return "keep";
    case session_fate::drain:
        return "drain";
    case session_fate::close:
        break;
    }
    return "close";
}

parsed<session_fate> parse_session_fate(std::string_view text) {
    for (const auto fate : {session_fate::keep, session_fate::drain, session_fate::close}) {
        if (text == name_of(fate)) {
            return parsed<session_fate>::ok(fate);
        }
    }
    return parsed<session_fate>::bad("is neither keep (the sessions go on), drain (they have the "
                                     "grace time) nor close (they end at once)");
}

parsed<https_proxy_config> parse_via(std::string_view text) {
    https_proxy_config via;
    const auto at = text.rfind('@'); // a password may hold one, a host never
    if (at != std::string_view::npos) {
        via.credentials = text.substr(0, at);
        text.remove_prefix(at + 1);
        const auto colon = via.credentials.find(':');
        if (colon == std::string::npos || colon == 0) {
            return parsed<https_proxy_config>::bad("takes user and password as "
                                                   "user:password@host");
        }
    }
    auto server = parse_host_port(text);
    if (!server) {
        return parsed<https_proxy_config>::bad(std::move(server.why));
    }
    via.server = std::move(*server.value);
    if (via.server.port == 0) {
        via.server.port = default_proxy_port;
    }
    return parsed<https_proxy_config>::ok(std::move(via));
}

parsed<std::filesystem::path> parse_path(std::string_view text) {
    return text.empty() ? parsed<std::filesystem::path>::bad("is empty; write the path of a file")
                        : parsed<std::filesystem::path>::ok(text);
}

void make_paths_absolute(plug::settings& settings) {
    make_absolute(settings.pid_file);
    make_absolute(settings.session_log);
    make_absolute(settings.log_to.file);
    if (settings.control && *settings.control != "-") {
        settings.control = platform::lasting_control_place(settings.control->string());
    }
    make_absolute(settings.chroot);
}

std::vector<problem> problems_of(const plug::settings& settings) {
    auto found = validate(settings.engine);
    std::erase_if(
        found, [](const problem& one) { return one.where == "listen" || one.where == "targets"; });
    if (settings.pid_file && settings.pid_file == settings.session_log) {
        found.push_back({settings.pid_file->string(),
                         "cannot be both the pid file and the session log; write two paths"});
    }
    if (settings.log_to.file && (settings.log_to.file == settings.session_log ||
                                 settings.log_to.file == settings.pid_file)) {
        found.push_back({settings.log_to.file->string(),
                         "is another file already, and cannot be the log; write another path"});
    }
    if (settings.session_format == session_format::json && !settings.session_log) {
        found.push_back({"session-format", "means nothing without --session-log; add it"});
    }
    find_privilege_problems(settings, found);
    return found;
}

} // namespace plug
