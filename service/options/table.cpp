#include "service/options/table.hpp"

#include "service/options/check_options.hpp"
#include "service/options/values.hpp"

#include <algorithm>
#include <array>

namespace plug {

namespace {

using namespace values;

// Values that one option alone has.

void read_networks_of_plug(line_3& line, const long_option&, const std::string& text) {
    read_networks(text, "--allow", plug_of(line), line.problems);
}

std::vector<std::string> print_networks(const option_owner& owner, const long_option&) {
    std::vector<std::string> texts;
    std::ranges::transform(std::get<const plug_config*>(owner)->allow, std::back_inserter(texts),
                           [](const auto& network) { return to_text(network); });
    return texts;
}

constexpr option_value networks() {
    auto value = value_at<field<&plug_config::allow>>(value_form::list);
    value.read = read_networks_of_plug;
    value.print = print_networks;
    return value;
}

constexpr option_value kind_of_check() {
    using place = field<&plug_config::check>;
    auto value = value_at<place>(value_form::text);
    value.read = read_kind_of_check;
    value.print = print<place, [](const auto& check) { return name_of(check.kind); }>;
    value.words = [] { return all_names(check_kinds()); };
    value.complaint = "is no kind of check";
    return value;
}

constexpr option_value words_of_command() {
    using place = field<&check_config::command>;
    auto value = value_at<place>(value_form::list);
    value.read = read_word_of_command;
    value.print = [](const option_owner& owner, const long_option&) { return place::in(owner); };
    return value;
}

parsed<std::string> parse_account(const std::string& text) {
    if (text.empty()) {
        return parsed<std::string>::bad("is empty; write a name");
    }
    if (text.find(':') != std::string::npos) {
        return parsed<std::string>::bad("'" + text + "' is no name; --group takes the group");
    }
    return parsed<std::string>::ok(text);
}

template <auto... Path> constexpr option_value account() {
    return parsed_by<parse_account, [](const std::string& name) { return name; }, Path...>();
}

constexpr auto in_text = [](const auto& value) { return to_text(value); };

constexpr std::string_view no_fate = "is neither keep (the sessions go on), drain (they have the "
                                     "grace time) nor close (they end at once)";

constexpr option_group balance{"Targets", option_scope::plug};
constexpr option_group checks{"Health checks", option_scope::plug};
constexpr option_group reach{"Connections", option_scope::plug};
constexpr option_group logs{"Logs", option_scope::process};
constexpr option_group process{"Process", option_scope::process};
constexpr option_group line_alone{"Process", option_scope::line};

constexpr std::array<long_option, 56> options{{
    {{"policy", "NAME"},
     balance,
     "how a target is picked",
     word<policies, &plug_config::policy>("is no policy")},
    {{"weigh-connect-time", ""},
     balance,
     "random-two also goes by how long connects to the target take",
     flag<&plug_config::weigh_connect_time>()},
    {{"sticky", ""},
     balance,
     "a client address keeps the target that it got first",
     flag<&plug_config::affinity, &affinity_config::enabled>()},
    {{"sticky-timeout", "DURATION"},
     balance,
     "how long an idle client is remembered",
     duration<&plug_config::affinity, &affinity_config::timeout>("s", affinity_config::timeouts),
     {.needs = "sticky"}},
    {{"sticky-capacity", "NUMBER"},
     balance,
     "most clients that are remembered",
     number<&plug_config::affinity, &affinity_config::capacity>(affinity_config::capacities),
     {.needs = "sticky"}},
    {{"first", ""},
     balance,
     "always the first target that is up: --policy first",
     flag<&line_3::first>()},
    {{"retry", "DURATION|never"},
     balance,
     "when a target that is down is tried again",
     duration<&plug_config::retry>("s", plug_config::retries)},
    {{"slow-start", "DURATION"},
     balance,
     "how long a target that has come back takes to get its whole weight, from a tenth on",
     duration<&plug_config::slow_start>("s", plug_config::slow_starts)},
    {{"max-connections", "NUMBER"},
     balance,
     "most connections at once on each target; further clients wait",
     number<&plug_config::max_connections>(connection_limits),
     {.unset = "no limit"}},
    {{"queue-capacity", "NUMBER"},
     balance,
     "most clients that wait while every target is full; further ones are closed",
     number<&plug_config::queue, &queue_config::capacity>(queue_config::capacities)},
    {{"queue-timeout", "DURATION"},
     balance,
     "how long a client waits for a target with room before it is closed",
     duration<&plug_config::queue, &queue_config::timeout>("s", queue_config::timeouts)},
    {{"on-down", "keep|drain|close"},
     balance,
     "what becomes of the sessions on a target that goes down",
     word<session_fates, &plug_config::on_down>(no_fate)},
    {{"on-removed", "keep|drain|close"},
     balance,
     "and on one that a reload takes out of the plug; drain gives them the grace time",
     word<session_fates, &plug_config::on_removed>(no_fate)},
    {{"connect-timeout", "DURATION"},
     balance,
     "how long a target may take to answer",
     duration<&plug_config::connect_timeout>("s", plug_config::connect_times)},
    {{"resolve", ""},
     balance,
     "allow host names; they are resolved at start, by a reload, and when a connect fails",
     flag<&plug_config::resolve_names>()},
    {{"check", "KIND"},
     checks,
     "probe every target",
     kind_of_check(),
     {.unset = "targets are not probed"}},
    {{"check-interval", "DURATION"},
     checks,
     "from one probe to the next",
     duration<&check_config::interval>("s", check_config::intervals)},
    {{"check-timeout", "DURATION"},
     checks,
     "for a whole probe",
     duration<&check_config::timeout>("s", check_config::intervals)},
    {{"check-jitter", "PERCENT"},
     checks,
     "part of the interval by which a probe may be early or late",
     part<&check_config::jitter>(check_config::jitters)},
    {{"check-rise", "NUMBER"},
     checks,
     "probes that must pass to bring a target back",
     number<&check_config::rise>(check_config::probes_in_a_row)},
    {{"check-fall", "NUMBER"},
     checks,
     "probes that must fail to take a target out",
     number<&check_config::fall>(check_config::probes_in_a_row)},
    {{"check-port", "NUMBER"},
     checks,
     "probe this port",
     number<&check_config::port>(check_config::ports),
     {.unset = "the target's"}},
    {{"check-method", "WORD"},
     checks,
     "the method",
     text<&check_config::http, &http_check::method>()},
    {{"check-path", "PATH"},
     checks,
     "what is asked for",
     text<&check_config::http, &http_check::path>()},
    {{"check-host", "NAME"},
     checks,
     "the Host field",
     text<&check_config::http, &http_check::host>(),
     {.unset = "that of the target"}},
    {{"check-status", "LIST"},
     checks,
     "statuses that pass",
     parsed_by<parse_statuses, in_text, &check_config::http, &http_check::accepted>()},
    {{"check-send", "BYTES"},
     checks,
     "what is sent; \\r \\n \\t \\xHH and \\\\ are known",
     bytes<&check_config::send>(),
     {.unset = "nothing"}},
    {{"check-expect", "BYTES"},
     checks,
     "what must come",
     bytes<&check_config::expect>(),
     {.unset = "nothing"}},
    {{"check-user", "NAME"},
     checks,
     "log in as this user",
     text<&check_config::user>(),
     {.unset = "nobody logs in"}},
    {{"check-command", "WORD"},
     checks,
     "the program that is run, by its whole path; again for each argument",
     words_of_command(),
     {.names_file = true}},
    {{"allow", "NET[,NET...]"},
     reach,
     "accept only these clients, such as 10.0.0.0/8; repeatable",
     networks(),
     {.unset = "everyone"}},
    {{"source", "ADDRESS|INTERFACE"},
     reach,
     "connect from here",
     parsed_by<parse_outgoing, [](const std::string& source) { return source; }, &line_3::source>(),
     {.unset = "the system chooses"}},
    {{"via", "[USER:PASSWORD@]HOST[:PORT]"},
     reach,
     "reach every target through this HTTPS proxy (CONNECT; port 80)",
     parsed_by<parse_via, in_text, &plug_config::via>(),
     {.unset = "targets are reached directly"}},
    {{"keepalive", ""},
     reach,
     "TCP keep-alive on both connections of a session",
     flag<&plug_config::keepalive>()},
    {{"idle-timeout", "DURATION|never"},
     reach,
     "end a session when no byte has moved for so long",
     duration<&plug_config::limits, &session_limits::idle>("s", session_limits::times)},
    {{"half-closed-timeout", "DURATION|never"},
     reach,
     "end a session when one side has ended and the other sent nothing for so long",
     duration<&plug_config::limits, &session_limits::half_closed>("s", session_limits::times)},
    {{"max-session-age", "DURATION|unlimited"},
     reach,
     "end a session that has lasted so long, whatever moves",
     duration<&plug_config::limits, &session_limits::age>("s", session_limits::times)},
    {{"max-session-age-jitter", "PERCENT"},
     reach,
     "by which part of that age sessions may end earlier, by chance, such as 25%",
     part<&plug_config::limits, &session_limits::age_jitter>(session_limits::age_jitters)},
    {{"log-connections", ""},
     logs,
     "log start, connections and their end",
     flag<&settings::log_connections>()},
    {{"log-to", "PLACE"},
     logs,
     "stderr, syslog, journal, or the path of a file; on Windows stderr, event-log or a file",
     with_path<&settings::log_to, &log_destination::file>(or_word_of<log_places>(
         parsed_by<parse_log_destination,
                   [](const log_destination& place) { return text_of(place); },
                   &settings::log_to>())),
     {.unset = "stderr in the foreground, else the system's log; the journal where stderr leads "
               "there",
      .waits = true,
      .is_opened_again = true}},
    {{"session-log", "PATH|-"},
     logs,
     "one line for each finished session; - is standard output and implies --foreground",
     path<&settings::session_log>(),
     {.unset = "none", .is_opened_again = true}},
    {{"session-format", "2.x|json"},
     logs,
     "its lines: those of 2.x, or a JSON object each, which says more",
     word<session_formats, &settings::session_format>(
         "is neither 2.x (the lines that 2.x writes) nor json (one object a line)"),
     {.needs = "session-log"}},
    {{"debug", ""}, logs, "log more; given twice, everything", times<&settings::debug>()},
    {{"config", "FILE"},
     line_alone,
     "run the plugs that this file describes; options of the process beside it win",
     parsed_by<parse_path, [](const std::filesystem::path& file) { return file.string(); },
               &line_3::config>(),
     {.names_file = true}},
    {{"foreground", ""},
     process,
     "stay, and log to standard error; the default with run, and under systemd",
     flag<&line_3::foreground>()},
    {{"detach", ""},
     process,
     "go on in the background; the default without run",
     flag<&line_3::detach>()},
    {{"pid-file", "PATH"},
     process,
     "write the process id here, and lock it",
     path<&settings::pid_file>(),
     {.unset = "none", .waits = true}},
    {{"control", "PATH|-"},
     process,
     "where plug reload finds this plug; - is none",
     path<&settings::control>(),
     {.unset = "a place of its own for each service that runs a file", .waits = true}},
    {{"user", "NAME"},
     process,
     "become this user once everything is open; plug must be started as root",
     account<&settings::user>(),
     {.unset = "plug stays who it was started as", .waits = true}},
    {{"group", "NAME"},
     process,
     "and go with this group",
     account<&settings::group>(),
     {.unset = "the user's own", .needs = "user", .waits = true}},
    {{"chroot", "PATH"},
     process,
     "and see no more of the file system than this folder, where the configuration must be",
     path<&settings::chroot>(),
     {.unset = "the root folder stays", .needs = "user", .waits = true}},
    {{"grace", "DURATION|unlimited"},
     process,
     "how long sessions may go on after a stop",
     duration<&settings::engine, &configuration::grace>("s", configuration::grace_times)},
    {{"threads", "NUMBER"},
     process,
     "worker threads",
     number<&settings::engine, &configuration::threads>(configuration::thread_counts),
     {.unset = "one for each processor", .waits = true}},
    {{"spin", "DURATION"},
     process,
     "poll so long before sleeping, such as 20us; the portable transport ignores it",
     duration<&settings::engine, &configuration::spin>("us", configuration::spins),
     {.waits = true}},
    {{"help", ""}, line_alone, "print this help", flag<&line_3::asks_for_help>()},
    {{"version", ""}, line_alone, "print program and version", flag<&line_3::asks_for_version>()},
}};

} // namespace

std::span<const long_option> long_options() { return options; }

const long_option* find_long_option(std::string_view name) {
    const auto known = std::find_if(options.begin(), options.end(),
                                    [&](const auto& option) { return option.form.name == name; });
    return known == options.end() ? nullptr : &*known;
}

void read_into(line_3& line, const long_option& option, const std::string& text) {
    option.value.read(line, option, text);
    if (!line.says(option.form.name)) {
        line.said.push_back(option.form.name);
    }
}

option_owner owner_in(const line_3& line, const long_option& option) {
    return option.value.owner_in(line);
}

std::vector<std::string_view> words_of(const long_option& option) {
    return option.value.words == nullptr ? std::vector<std::string_view>{} : option.value.words();
}

std::string default_of(const long_option& option) {
    const auto texts = option.value.print(owner_in(usual_line_3(), option), option);
    return texts.empty() ? std::string() : texts.front();
}

std::string help_of(const long_option& option) {
    std::string help;
    if (value_in<check_detail>(check_details, detail_of_check(option))) {
        for (const auto& [name, kind] : check_kinds()) {
            help += is_of_kind(option, kind) ? (help.empty() ? "" : ", ") + std::string(name) : "";
        }
    }
    help += (help.empty() ? "" : ": ") + std::string(option.help);
    if (const bool is_form_open = option.form.value.find('|') == std::string_view::npos;
        is_form_open && !option.value.complaint.empty()) {
        help += ": " + listed(words_of(option));
    }
    const auto usual = default_of(option);
    const auto otherwise = usual.empty() ? std::string(option.traits.unset) : usual;
    return otherwise.empty() ? help : help + " (" + otherwise + ")";
}

bool has_what_it_needs(const long_option& option, const option_owner& owner) {
    if (option.traits.needs.empty()) {
        return true;
    }
    const auto* needed = find_long_option(option.traits.needs);
    return !needed->value.equal(owner, owner_in(usual_line_3(), *needed));
}

std::string why_needless(const long_option& option) {
    return "means nothing without --" + std::string(option.traits.needs) + "; add it";
}

} // namespace plug
