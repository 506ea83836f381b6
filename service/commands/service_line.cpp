#include "service/commands/service_line.hpp"

#include "core/config/characters.hpp"
#include "service/commands/help.hpp"
#include "service/options/argument_splitter.hpp"
#include "service/options/plug_arguments.hpp"
#include "service/text/nearest_word.hpp"

#include <algorithm>
#include <array>

namespace plug {

namespace {

using words_span = std::span<const std::string>;
using action = service_command::action;
using problems_list = std::vector<problem>;

constexpr std::array<option_form, 7> forms{{{"name", "the name of the service"},
                                            {"start", "when it starts: auto, delayed or manual"},
                                            {"account", "the account that it runs as"},
                                            {"config", "the configuration file"},
                                            {"folder", "where relative paths count from"},
                                            {"help", ""},
                                            {"version", ""}}};

constexpr std::array<std::string_view, 8> actions{"install", "configure", "uninstall", "start",
                                                  "stop",    "restart",   "status",    "run"};

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
command judge(service_command fine) {
    auto made = parse_command_line(fine.line, true);
    if (auto* error = std::get_if<usage_error>(&made)) {
        error->exit_code = exit_codes{}.usage;
        return made;
    }
    if (std::holds_alternative<file_error>(made)) {
        return made;
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

} // namespace

command parse_service(words_span words) {
    if (auto wrong = wrong_action(words)) {
        return refused({std::move(*wrong)});
    }
    service_command made;
    made.what = static_cast<action>(std::ranges::find(actions, words.front()) - actions.begin());
    const auto dashes = std::find(words.begin(), words.end(), "--");
    const bool has_dashes = dashes != words.end();
    made.line.assign(has_dashes ? dashes + 1 : dashes, words.end());
    auto read = read_words({words.begin() + 1, dashes}, forms, option_style::long_names);
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

} // namespace plug
