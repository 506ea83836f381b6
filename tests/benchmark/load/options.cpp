#include "tests/benchmark/load/options.hpp"

#include <charconv>
#include <functional>
#include <map>
#include <set>

namespace load {

const char* const usage =
    "usage: benchmark_load WORK --listen PORT --connect PORT [options]\n"
    "  WORK               bulk, connect, trips, sessions or half-close\n"
    "  --listen PORT      serve here, behind the proxy\n"
    "  --connect PORT     connect here: to the proxy, or to the same port without one\n"
    "  --connections N    streams, connections at once or sessions (1)\n"
    "  --active N         sessions: how many talk while the others are idle (64)\n"
    "  --message BYTES    each way in a round trip (64), at most 65536\n"
    "  --pieces N         connect: the server answers in N writes, more than 1 with Nagle's "
    "algorithm on\n"
    "  --direction WAY    bulk: to-target or to-client (to-target)\n"
    "  --warm-up MS       before measuring, in each slice (40)\n"
    "  --measure MS       in each slice (120)\n"
    "  --limit S          each slice ends by then (60)\n"
    "  --cpu PID          a process of the proxy; may be repeated\n"
    "  --memory FILE      smaps_rollup of a process of the proxy; may be repeated\n";

namespace {

std::size_t to_number(const std::string& text, std::size_t low, std::size_t high) {
    std::size_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || number < low || number > high) {
        throw usage_error("'" + text + "' is no number from " + std::to_string(low) + " to " +
                          std::to_string(high));
    }
    return number;
}

std::uint16_t to_port(const std::string& text) {
    return static_cast<std::uint16_t>(to_number(text, 1, 65535));
}

bool to_direction(const std::string& text) {
    if (text != "to-target" && text != "to-client") {
        throw usage_error("'" + text + "' is no direction");
    }
    return text == "to-client";
}

using setter = std::function<void(options&, const std::string&)>;

const std::map<std::string, setter>& setters() {
    using std::chrono::milliseconds;
    using std::chrono::seconds;
    static const std::map<std::string, setter> table{
        {"--listen", [](options& o, const std::string& v) { o.listen_port = to_port(v); }},
        {"--connect", [](options& o, const std::string& v) { o.connect_port = to_port(v); }},
        {"--connections",
         [](options& o, const std::string& v) { o.connections = to_number(v, 1, 9000); }},
        {"--active", [](options& o, const std::string& v) { o.active = to_number(v, 1, 9000); }},
        {"--message",
         [](options& o, const std::string& v) { o.message_bytes = to_number(v, 1, 65536); }},
        {"--pieces", [](options& o, const std::string& v) { o.pieces = to_number(v, 1, 64); }},
        {"--direction", [](options& o, const std::string& v) { o.to_client = to_direction(v); }},
        {"--warm-up",
         [](options& o, const std::string& v) {
             o.warm_up = milliseconds(to_number(v, 0, 60000));
         }},
        {"--measure",
         [](options& o, const std::string& v) {
             o.measure = milliseconds(to_number(v, 1, 60000));
         }},
        {"--limit",
         [](options& o, const std::string& v) { o.limit = seconds(to_number(v, 1, 600)); }},
        {"--cpu",
         [](options& o, const std::string& v) {
             o.watched.processes.push_back(static_cast<pid_t>(to_number(v, 1, 1U << 22U)));
         }},
        {"--memory", [](options& o, const std::string& v) { o.watched.memory_files.push_back(v); }},
    };
    return table;
}

void check(const options& settings) {
    static const std::set<std::string> works{"bulk", "connect", "trips", "sessions", "half-close"};
    if (!works.contains(settings.work)) {
        throw usage_error("'" + settings.work + "' is no kind of work");
    }
    if (settings.listen_port == 0 || settings.connect_port == 0) {
        throw usage_error("--listen and --connect are needed");
    }
    if (settings.active > settings.connections && settings.work == "sessions") {
        throw usage_error("more sessions are active than open");
    }
}

} // namespace

options parse_options(const std::vector<std::string>& arguments) {
    options settings;
    if (arguments.size() % 2 == 0) {
        throw usage_error("a kind of work is needed, and a value behind every option");
    }
    settings.work = arguments.front();
    for (std::size_t index = 1; index < arguments.size(); index += 2) {
        const auto found = setters().find(arguments[index]);
        if (found == setters().end()) {
            throw usage_error("unknown option " + arguments[index]);
        }
        found->second(settings, arguments[index + 1]);
    }
    check(settings);
    return settings;
}

} // namespace load
