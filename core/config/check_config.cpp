#include "core/config/check_config.hpp"

#include "core/config/characters.hpp"

#include <algorithm>
#include <iterator>

namespace plug {

namespace {

using namespace std::chrono_literals;

/// Of MariaDB; a role of PostgreSQL has 63, a user of MySQL 32.
constexpr std::size_t longest_user = 80;
/// Far below what systems take.
constexpr std::size_t longest_command = 4096;

bool is_visible(char c) { return c > ' ' && c < 0x7f; }

bool all_visible(const std::string& text) {
    return std::all_of(text.begin(), text.end(), is_visible);
}

/// A character of a token (RFC 9110, 5.6.2).
bool is_token_character(char c) {
    constexpr std::string_view others = "!#$%&'*+-.^_`|~";
    return is_digit(c) || is_letter(c) || others.find(c) != std::string_view::npos;
}

std::string fault_of_method(const std::string& method) {
    return method.empty() || !std::all_of(method.begin(), method.end(), is_token_character)
               ? "the method of an HTTP check is one word, such as GET"
               : "";
}

std::string fault_of_path(const std::string& path) {
    return path.starts_with('/') && all_visible(path)
               ? ""
               : "the path of an HTTP check begins with / and has neither spaces nor characters "
                 "beyond ASCII; write them as %20 and the like";
}

std::string fault_of_user(const std::string& user) {
    return user.size() > longest_user || !all_visible(user)
               ? "the user of a check has at most 80 characters and no spaces"
               : "";
}

std::string fault_of_times(const check_config& check) {
    if (!check_config::intervals.hold(check.interval)) {
        return "the interval of a check is between 100ms and 1d";
    }
    if (check.timeout < 1ms || check.timeout > check.interval) {
        return "the timeout of a check is at most its interval, so that a probe ends before the "
               "next one begins";
    }
    if (!check_config::jitters.hold(check.jitter)) {
        return "the jitter of a check is between 0 and 0.5 of its interval";
    }
    return {};
}

/// As Unix or as Windows writes it. Nothing is searched for: a service has another search path, and
/// another folder, than whoever tries the file by hand.
bool is_whole_path(std::string_view path) {
    return path.starts_with('/') || path.starts_with("\\\\") ||
           (path.size() > 3 && is_letter(path[0]) && path[1] == ':' &&
            (path[2] == '\\' || path[2] == '/'));
}

std::string fault_of_command(const std::vector<std::string>& words) {
    if (words.empty() || words.front().empty()) {
        return "a check by command needs the program to run";
    }
    if (!is_whole_path(words.front())) {
        return "the program of a check is written with its whole path, such as "
               "/usr/lib/nagios/plugins/check_tcp; its arguments are words of their own";
    }
    std::size_t length = 0;
    for (const auto& word : words) {
        length += word.size() + 1;
        if (word.find('\0') != std::string::npos) {
            return "neither the program of a check nor its arguments hold a character 0";
        }
    }
    return length > longest_command ? "a command has at most 4096 characters" : "";
}

/// Of a detail that the check takes.
std::string fault_of(check_detail detail, const check_config& check) {
    switch (detail) {
    case check_detail::method:
        return fault_of_method(check.http.method);
    case check_detail::path:
        return fault_of_path(check.http.path);
    case check_detail::host:
        return all_visible(check.http.host) ? ""
                                            : "the host of an HTTP check is a name or an address, "
                                              "such as www.example.com";
    case check_detail::status:
        return check.http.accepted.empty()
                   ? "an HTTP check accepts at least one status, such as 200-399"
                   : "";
    case check_detail::send:
        return {};
    case check_detail::expect:
        return check.send.empty() && check.expect.empty()
                   ? "a check that sends nothing and expects nothing is a check of kind tcp"
                   : "";
    case check_detail::user:
        return fault_of_user(check.user);
    case check_detail::command:
        break;
    }
    return fault_of_command(check.command);
}

std::string fault_of_details(const check_config& check) {
    for (const auto& [name, detail] : check_details) {
        if (auto fault = takes(check.kind, detail) ? fault_of(detail, check) : ""; !fault.empty()) {
            return fault;
        }
    }
    return {};
}

} // namespace

std::string kinds_that_take(check_detail detail) {
    std::vector<named_value<check_kind>> kinds;
    std::ranges::copy_if(check_kinds(), std::back_inserter(kinds),
                         [&](const auto& kind) { return takes(kind.value, detail); });
    return names_in(named_values<check_kind>(kinds));
}

std::string fault_of(const check_config& check) {
    if (auto fault = fault_of_times(check); !fault.empty()) {
        return fault;
    }
    constexpr auto& in_a_row = check_config::probes_in_a_row;
    if (!in_a_row.hold(check.rise) || !in_a_row.hold(check.fall)) {
        return "rise and fall are between 1 and 100";
    }
    return fault_of_details(check);
}

} // namespace plug
