#include "service/long_options.hpp"

#include "service/check_options.hpp"
#include "service/log_arguments.hpp"
#include "service/plug_arguments.hpp"
#include "service/privilege_options.hpp"
#include "service/units.hpp"

#include <algorithm>
#include <array>

namespace plug {

namespace {

using namespace std::chrono_literals;
using text = const std::string&;

plug_config& plug_of(line_3& line) { return line.settings.engine.plugs.front(); }

/// Reads a duration into `into`, in whole units of its type.
template <typename Duration>
void take_duration(line_3& line, const char* option, text value, std::string_view likely_unit,
                   Duration& into) {
    auto read = parse_duration(value, likely_unit, Duration(1));
    if (read) {
        into = std::chrono::duration_cast<Duration>(*read);
    } else {
        line.problems.push_back({option, std::move(read.why)});
    }
}

/// As take_duration(), but `word` stands for no duration at all.
void take_duration_or(line_3& line, const char* option, text value, std::string_view word,
                      std::optional<std::chrono::milliseconds>& into) {
    if (value == word) {
        into.reset();
        return;
    }
    auto duration = into.value_or(0ms);
    const auto before = line.problems.size();
    take_duration(line, option, value, "s", duration);
    if (line.problems.size() == before) {
        into = duration;
    } else {
        line.problems.back().what += ", or write '" + std::string(word) + "'";
    }
}

void apply_sticky_timeout(line_3& line, text value) {
    take_duration(line, "--sticky-timeout", value, "s", plug_of(line).affinity.timeout);
    line.needs_sticky = "--sticky-timeout";
}

void apply_sticky_capacity(line_3& line, text value) {
    take(parse_count(value, 1, 10'000'000), "--sticky-capacity", plug_of(line).affinity.capacity,
         line.problems);
    line.needs_sticky = "--sticky-capacity";
}

void apply_policy(line_3& line, text value) {
    take(parse_policy(value), "--policy", plug_of(line).policy, line.problems);
}

void apply_on_down(line_3& line, text value) {
    take(parse_session_fate(value), "--on-down", plug_of(line).on_down, line.problems);
}

void apply_on_removed(line_3& line, text value) {
    take(parse_session_fate(value), "--on-removed", plug_of(line).on_removed, line.problems);
}

void apply_retry(line_3& line, text value) {
    take_duration_or(line, "--retry", value, "never", plug_of(line).retry);
}

void apply_slow_start(line_3& line, text value) {
    take_duration(line, "--slow-start", value, "s", plug_of(line).slow_start);
}

void apply_max_connections(line_3& line, text value) {
    const auto read = parse_count(value, 1, most_connections);
    if (read) {
        plug_of(line).max_connections = static_cast<std::uint32_t>(*read);
    } else {
        line.problems.push_back({"--max-connections", read.why});
    }
}

void apply_queue_capacity(line_3& line, text value) {
    take(parse_count(value, 0, most_waiting), "--queue-capacity", plug_of(line).queue.capacity,
         line.problems);
}

void apply_queue_timeout(line_3& line, text value) {
    take_duration(line, "--queue-timeout", value, "s", plug_of(line).queue.timeout);
}

void apply_connect_timeout(line_3& line, text value) {
    take_duration(line, "--connect-timeout", value, "s", plug_of(line).connect_timeout);
}

void apply_idle_timeout(line_3& line, text value) {
    take_duration_or(line, "--idle-timeout", value, "never", plug_of(line).limits.idle);
}

void apply_half_closed_timeout(line_3& line, text value) {
    take_duration_or(line, "--half-closed-timeout", value, "never",
                     plug_of(line).limits.half_closed);
}

void apply_max_session_age(line_3& line, text value) {
    take_duration_or(line, "--max-session-age", value, "unlimited", plug_of(line).limits.age);
}

void apply_max_session_age_jitter(line_3& line, text value) {
    take(parse_part(value), "--max-session-age-jitter", plug_of(line).limits.age_jitter,
         line.problems);
}

void apply_source(line_3& line, text value) {
    take(parse_outgoing(value), "--source", line.source, line.problems);
}

void apply_via(line_3& line, text value) {
    take(parse_via(value), "--via", plug_of(line).via, line.problems);
}

void apply_allow(line_3& line, text value) {
    read_networks(value, "--allow", plug_of(line), line.problems);
}

void apply_pid_file(line_3& line, text value) {
    take(parse_path(value), "--pid-file", line.settings.pid_file, line.problems);
}

void apply_control(line_3& line, text value) {
    take(parse_path(value), "--control", line.settings.control, line.problems);
}

void apply_config(line_3& line, text value) {
    take(parse_path(value), "--config", line.config, line.problems);
}

void apply_grace(line_3& line, text value) {
    take_duration_or(line, "--grace", value, "unlimited", line.settings.engine.grace);
}

void apply_threads(line_3& line, text value) {
    const auto read = parse_count(value, 1, 256);
    if (read) {
        line.settings.engine.threads = static_cast<unsigned>(*read);
    } else {
        line.problems.push_back({"--threads", read.why});
    }
}

void apply_spin(line_3& line, text value) {
    take_duration(line, "--spin", value, "us", line.settings.engine.spin);
}

constexpr option_group balance{"Targets", option_scope::plug};
constexpr option_group checks{"Health checks", option_scope::plug};
constexpr option_group reach{"Connections", option_scope::plug};
constexpr option_group logs{"Logs", option_scope::process};
constexpr option_group process{"Process", option_scope::process};
constexpr option_group line_alone{"Process", option_scope::line};

constexpr std::array<long_option, 56> options{{
    {{"policy", "NAME"},
     balance,
     "round-robin, first, least-connections, random-two or source-hash (round-robin)",
     apply_policy},
    {{"weigh-connect-time", ""},
     balance,
     "random-two also goes by how long connects to the target take",
     [](line_3& line, text) { plug_of(line).weigh_connect_time = true; }},
    {{"sticky", ""},
     balance,
     "a client address keeps the target that it got first",
     [](line_3& line, text) { plug_of(line).affinity.enabled = true; }},
    {{"sticky-timeout", "DURATION"},
     balance,
     "how long an idle client is remembered (1h)",
     apply_sticky_timeout},
    {{"sticky-capacity", "NUMBER"},
     balance,
     "most clients that are remembered (100000)",
     apply_sticky_capacity},
    {{"first", ""},
     balance,
     "always the first target that is up: --policy first",
     [](line_3& line, text) { line.first = true; }},
    {{"retry", "DURATION|never"},
     balance,
     "when a target that is down is tried again (10s)",
     apply_retry},
    {{"slow-start", "DURATION"},
     balance,
     "how long a target that has come back takes to get its whole weight, from a tenth on (0s)",
     apply_slow_start},
    {{"max-connections", "NUMBER"},
     balance,
     "most connections at once on each target; further clients wait (no limit)",
     apply_max_connections},
    {{"queue-capacity", "NUMBER"},
     balance,
     "most clients that wait while every target is full; further ones are closed (1000)",
     apply_queue_capacity},
    {{"queue-timeout", "DURATION"},
     balance,
     "how long a client waits for a target with room before it is closed (5s)",
     apply_queue_timeout},
    {{"on-down", "keep|drain|close"},
     balance,
     "what becomes of the sessions on a target that goes down (keep)",
     apply_on_down},
    {{"on-removed", "keep|drain|close"},
     balance,
     "and on one that a reload takes out of the plug (drain: they have the grace time)",
     apply_on_removed},
    {{"connect-timeout", "DURATION"},
     balance,
     "how long a target may take to answer (5s)",
     apply_connect_timeout},
    {{"resolve", ""},
     balance,
     "allow host names; they are resolved at start, and again when a connect fails",
     [](line_3& line, text) { plug_of(line).resolve_names = true; }},
    {{"check", "KIND"},
     checks,
     "probe every target: tcp, http, tls, smtp, ssh, mysql, postgresql, redis, send-expect or "
     "command",
     apply_check},
    {{"check-interval", "DURATION"},
     checks,
     "from one probe to the next (5s)",
     apply_check_interval},
    {{"check-timeout", "DURATION"}, checks, "for a whole probe (2s)", apply_check_timeout},
    {{"check-jitter", "PERCENT"},
     checks,
     "part of the interval by which a probe may be early or late (10%)",
     apply_check_jitter},
    {{"check-rise", "NUMBER"},
     checks,
     "probes that must pass to bring a target back (2)",
     apply_check_rise},
    {{"check-fall", "NUMBER"},
     checks,
     "probes that must fail to take a target out (3)",
     apply_check_fall},
    {{"check-port", "NUMBER"}, checks, "probe this port, and not the target's", apply_check_port},
    {{"check-path", "PATH"}, checks, "http: what is asked for (/)", apply_check_path},
    {{"check-method", "WORD"}, checks, "http: the method (GET)", apply_check_method},
    {{"check-host", "NAME"}, checks, "http: the Host field (that of the target)", apply_check_host},
    {{"check-status", "LIST"}, checks, "http: statuses that pass (200-399)", apply_check_status},
    {{"check-send", "BYTES"},
     checks,
     "send-expect: what is sent; \\r \\n \\t \\xHH and \\\\ are known",
     apply_check_send},
    {{"check-expect", "BYTES"}, checks, "send-expect: what must come", apply_check_expect},
    {{"check-user", "NAME"}, checks, "mysql, postgresql: log in as this user", apply_check_user},
    {{"check-command", "WORD"},
     checks,
     "command: the program that is run, by its whole path; again for each argument",
     apply_check_command,
     true},
    {{"allow", "NET[,NET...]"},
     reach,
     "accept only these clients, such as 10.0.0.0/8; repeatable",
     apply_allow,
     true},
    {{"source", "ADDRESS|INTERFACE"}, reach, "connect from here", apply_source},
    {{"via", "[USER:PASSWORD@]HOST[:PORT]"},
     reach,
     "reach every target through this HTTPS proxy (CONNECT; port 80)",
     apply_via},
    {{"keepalive", ""},
     reach,
     "TCP keep-alive on both connections of a session",
     [](line_3& line, text) { plug_of(line).keepalive = true; }},
    {{"idle-timeout", "DURATION|never"},
     reach,
     "end a session when no byte has moved for so long (never)",
     apply_idle_timeout},
    {{"half-closed-timeout", "DURATION|never"},
     reach,
     "end a session when one side has ended and the other sent nothing for so long (never)",
     apply_half_closed_timeout},
    {{"max-session-age", "DURATION|unlimited"},
     reach,
     "end a session that has lasted so long, whatever moves (unlimited)",
     apply_max_session_age},
    {{"max-session-age-jitter", "PERCENT"},
     reach,
     "by which part of that age sessions may end earlier, by chance, such as 25% (10%)",
     apply_max_session_age_jitter},
    {{"log-connections", ""},
     logs,
     "log start, connections and their end",
     [](line_3& line, text) { line.settings.log_connections = true; }},
    {{"log-to", "PLACE"},
     logs,
     "stderr, syslog, journal, or the path of a file; on Windows stderr, event-log or a file "
     "(stderr in the foreground, else the system's log; the journal where stderr leads there)",
     apply_log_to},
    {{"session-log", "PATH|-"},
     logs,
     "one line for each finished session; - is standard output and implies --foreground",
     apply_session_log},
    {{"session-format", "2.x|json"},
     logs,
     "its lines: those of 2.x, or a JSON object each, which says more (2.x)",
     apply_session_format},
    {{"debug", ""}, logs, "log more; given twice, everything", apply_debug, true},
    {{"config", "FILE"},
     line_alone,
     "run the plugs that this file describes; options of the process beside it win",
     apply_config},
    {{"foreground", ""},
     process,
     "stay, and log to standard error; the default with run, and under systemd",
     [](line_3& line, text) { line.foreground = true; }},
    {{"detach", ""},
     process,
     "go on in the background; the default without run",
     [](line_3& line, text) { line.detach = true; }},
    {{"pid-file", "PATH"}, process, "write the process id here, and lock it", apply_pid_file},
    {{"control", "PATH|-"},
     process,
     "where plug reload finds this plug; one that runs a file has a place of its own, - is none",
     apply_control},
    {{"user", "NAME"},
     process,
     "become this user once everything is open; plug must be started as root",
     apply_user},
    {{"group", "NAME"}, process, "and go with this group (the user's own)", apply_group},
    {{"chroot", "PATH"},
     process,
     "and see no more of the file system than this folder, where the configuration must be",
     apply_chroot},
    {{"grace", "DURATION|unlimited"},
     process,
     "how long sessions may go on after a stop (30s)",
     apply_grace},
    {{"threads", "NUMBER"}, process, "worker threads, 1 to 256 (one a processor)", apply_threads},
    {{"spin", "DURATION"},
     process,
     "poll so long before sleeping, such as 20us; the portable transport ignores it (0us)",
     apply_spin},
    {{"help", ""}, line_alone, "print this help", [](line_3&, text) {}},
    {{"version", ""}, line_alone, "print program and version", [](line_3&, text) {}},
}};

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
    find_long_option(word.option)->apply(line, word.value);
    line.given.insert(word.option);
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

std::span<const long_option> long_options() { return options; }

const long_option* find_long_option(std::string_view name) {
    const auto known = std::find_if(options.begin(), options.end(),
                                    [&](const auto& option) { return option.form.name == name; });
    return known == options.end() ? nullptr : &*known;
}

line_3 empty_line_3() {
    line_3 made;
    made.settings.engine.plugs.emplace_back().retry = 10s;
    return made;
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
    if (!line.needs_sticky.empty() && !plug_of(line).affinity.enabled) {
        line.problems.push_back({line.needs_sticky, "means nothing without --sticky; add it"});
    }
    settle_check(line);
    if (!line.first) {
        return;
    }
    if (line.given.contains("policy") && plug_of(line).policy != policy::first) {
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
    std::array<option_form, options.size()> forms;
    std::transform(options.begin(), options.end(), forms.begin(),
                   [](const long_option& option) { return option.form; });
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
