#include "service/options/plug_arguments.hpp"

#include "core/config/characters.hpp"
#include "platform/control_channel.hpp"
#include "service/options/privilege_options.hpp"
#include "service/options/table.hpp"

#include <algorithm>
#include <iterator>

namespace plug {

namespace {

constexpr std::uint16_t default_proxy_port = 80;

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
    for (const auto& option : long_options()) {
        auto* path = option.value.path == nullptr ? nullptr : &option.value.path(settings);
        if (path == nullptr || !*path || **path == "-") {
            continue;
        }
        if (path == &settings.control) {
            *path = platform::lasting_control_place((*path)->string());
        } else {
            *path = std::filesystem::absolute(**path).lexically_normal();
        }
    }
}

std::vector<problem> value_problems_of(const plug::settings& settings) {
    auto problems = validate_values(settings.engine);
    std::ranges::move(problems_of_ranges(settings), std::back_inserter(problems));
    return problems;
}

std::vector<problem> problems_of(const plug::settings& settings) {
    auto found = validate(settings.engine);
    std::erase_if(
        found, [](const problem& one) { return one.where == "listen" || one.where == "targets"; });
    std::ranges::move(problems_of_ranges(settings), std::back_inserter(found));
    if (settings.pid_file && settings.pid_file == settings.session_log) {
        found.push_back({settings.pid_file->string(),
                         "cannot be both the pid file and the session log; write two paths"});
    }
    if (settings.log_to.file && (settings.log_to.file == settings.session_log ||
                                 settings.log_to.file == settings.pid_file)) {
        found.push_back({settings.log_to.file->string(),
                         "is another file already, and cannot be the log; write another path"});
    }
    for (const auto& option : long_options()) {
        const bool is_said = option.group.scope == option_scope::process &&
                             option.traits.needs.size() > 0 &&
                             !option.value.equal(&settings, &usual_line_3().settings);
        if (is_said && !has_what_it_needs(option, &settings)) {
            found.push_back({std::string(option.form.name), why_needless(option)});
        }
    }
    find_privilege_problems(settings, found);
    return found;
}

} // namespace plug
