#include "service/commands/table.hpp"
#include "service/commands/windows_service.hpp"

#include "core/config/characters.hpp"
#include "service/commands/dispatch.hpp"
#include "service/options/plug_arguments.hpp"
#include "service/text/nearest_word.hpp"

#include <algorithm>
#include <array>

namespace plug {

namespace {

using words_span = std::span<const std::string>;
using action = service_command::action;
using problems_list = std::vector<problem>;

constexpr std::array<std::string_view, 3> starts{"auto", "delayed", "manual"};

constexpr std::array<command_option, 5> options{
    {{{"name", "NAME"}, "the name of the service (plugdaemon)"},
     {{"start", "auto|delayed|manual"}, "install, configure: when it starts", false, starts},
     {{"account", "ACCOUNT"}, "install, configure: the account that it runs as"},
     {{"config", "FILE"}, "install, configure: the configuration file that it runs", true},
     {{"folder", "PATH"}, "run: what relative paths count from", true, {}, true}}};

/// The last one is for the service manager alone.
constexpr std::array<std::string_view, 8> actions{"install", "configure", "uninstall", "start",
                                                  "stop",    "restart",   "status",    "run"};
constexpr std::array<command_operand, 2> operands{
    {{word_source::words, std::span(actions).first(actions.size() - 1)}, {}}};

/// The name is a key of the registry, the source of events and part of an account, too.
bool is_service_name(std::string_view name) {
    constexpr std::size_t longest = 80;
    return !name.empty() && name.size() <= longest && std::ranges::all_of(name, [](char c) {
        return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.';
    });
}

parsed<platform::service_start> parse_start(std::string_view text) {
    using platform::service_start;
    using result = parsed<service_start>;
    if (text == "auto") {
        return result::ok(service_start::automatic);
    }
    if (text == "delayed") {
        return result::ok(service_start::delayed);
    }
    return text == "manual" ? result::ok(service_start::manual)
                            : result::bad("is no kind of start; write auto, delayed or manual");
}

bool takes_plug(action what) {
    return what == action::install || what == action::configure || what == action::run;
}

/// Whether `option` means anything to `what`.
bool takes_option(action what, std::string_view option) {
    if (option == "name") {
        return true;
    }
    if (option == "config") {
        return takes_plug(what);
    }
    return (option == "folder") == (what == action::run) && takes_plug(what);
}

void apply(const given_word& word, service_command& made, problems_list& problems) {
    if (word.option.empty()) {
        problems.push_back({word.value, "is not expected; a plug follows a word --"});
    } else if (!takes_option(made.what, word.option)) {
        problems.push_back(
            {"--" + word.option, "means nothing to plug service " +
                                     std::string(actions[static_cast<std::size_t>(made.what)])});
    } else if (word.option == "name") {
        made.name = word.value;
    } else if (word.option == "start") {
        take(parse_start(word.value), "--start " + word.value, made.start, problems);
    } else if (word.option == "account") {
        made.account = word.value;
    } else if (word.option == "folder") {
        made.folder = word.value;
    } else {
        take(parse_path(word.value), "--config", made.config, problems);
    }
}

/// What is wrong with the choice between a file and a line.
void check_plug(const service_command& made, bool has_dashes, problems_list& problems) {
    if (made.config && has_dashes) {
        problems.push_back({"--config", "and a plug behind -- exclude each other"});
    } else if (has_dashes && !takes_plug(made.what)) {
        problems.push_back({"--", "is not expected; only install and configure take a plug"});
    } else if (!made.config && !has_dashes && takes_plug(made.what) &&
               made.what != action::configure) {
        problems.push_back({"--config", "is missing: write --config FILE, or -- and a plug, as in "
                                        "plug service install -- 443 10.0.0.1"});
    }
}

void complete(service_command& made) {
    if (made.config) {
        made.config = std::filesystem::absolute(*made.config).lexically_normal();
        made.line = {"run", "--config", made.config->string()};
    } else if (!made.line.empty() && !made.folder) {
        made.folder = std::filesystem::current_path();
    }
}

/// Why the service could not run what it is to run; `fine` where it could.
service_line judge(service_command fine) {
    auto made = parse_command_line(fine.line, true);
    if (auto* error = std::get_if<usage_error>(&made)) {
        error->exit_code = exit_codes{}.usage;
        return std::move(*error);
    }
    if (auto* error = std::get_if<file_error>(&made)) {
        return std::move(*error);
    }
    const auto* run = std::get_if<run_command>(&made);
    if (run == nullptr) {
        return refused({{fine.line.front(), "is no plug; a service runs one and nothing else"}});
    }
    if (run->settings.detach) {
        return refused({{"--detach", "is not for a service, which is in the background anyhow"}});
    }
    return fine;
}

std::optional<problem> wrong_action(words_span words) {
    if (words.empty()) {
        return problem{"service", "needs a word: install, configure, uninstall, start, stop, "
                                  "restart or status"};
    }
    if (std::ranges::find(actions, words.front()) != actions.end()) {
        return std::nullopt;
    }
    const auto meant = nearest_word(words.front(), actions);
    return problem{words.front(),
                   "is nothing that plug service does" +
                       (meant.empty() ? "; write install, configure, uninstall, start, stop, "
                                        "restart or status"
                                      : "; did you mean " + std::string(meant) + "?")};
}

command parse(words_span words) { return task_of(read_service(words), run_service_command); }

} // namespace

service_line read_service(words_span words) {
    if (auto wrong = wrong_action(words)) {
        return refused({std::move(*wrong)});
    }
    service_command made;
    made.what = static_cast<action>(std::ranges::find(actions, words.front()) - actions.begin());
    const auto dashes = std::find(words.begin(), words.end(), "--");
    const bool has_dashes = dashes != words.end();
    made.line.assign(has_dashes ? dashes + 1 : dashes, words.end());
    auto read = read_words_of(service_row, {words.begin() + 1, dashes});
    for (const auto& word : read.given) {
        apply(word, made, read.problems);
    }
    if (!is_service_name(made.name)) {
        read.problems.push_back(
            {"--name " + made.name, "is no name: write 1 to 80 letters, digits, -, _ and ."});
    }
    check_plug(made, has_dashes, read.problems);
    if (!read.problems.empty()) {
        return refused(std::move(read.problems));
    }
    complete(made);
    const bool is_new = made.what == action::install || made.what == action::configure;
    if (is_new && (has_dashes || made.config)) {
        return judge(std::move(made));
    }
    return made;
}

constinit const command_row service_row{
    "service",
    "ACTION\nACTION -- LISTEN TARGET...",
    "plug as a service of Windows. ACTION is install, configure, uninstall, start, stop, restart "
    "or "
    "status; install and configure take --start, --account and --config FILE, or -- and a plug",
    options,
    operands,
    parse};

} // namespace plug
