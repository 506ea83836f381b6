#include "core/config/check_config.hpp"

#include "core/config/characters.hpp"

#include <algorithm>
#include <array>

namespace plug {

namespace {

using namespace std::chrono_literals;

/// The most probes in a row that rise or fall can ask for.
constexpr unsigned most_in_a_row = 100;
/// Of MariaDB; a role of PostgreSQL has 63, a user of MySQL 32.
constexpr std::size_t longest_user = 80;
/// Far below what systems take.
constexpr std::size_t longest_command = 4096;

constexpr std::array<std::pair<std::string_view, check_kind>, 10> kinds{{
    {"tcp", check_kind::tcp},
    {"send-expect", check_kind::send_expect},
    {"http", check_kind::http},
    {"tls", check_kind::tls},
    {"smtp", check_kind::smtp},
    {"ssh", check_kind::ssh},
    {"mysql", check_kind::mysql},
    {"postgresql", check_kind::postgresql},
    {"redis", check_kind::redis},
    {"command", check_kind::command},
}};

bool is_visible(char c) { return c > ' ' && c < 0x7f; }

bool all_visible(const std::string& text) {
    return std::all_of(text.begin(), text.end(), is_visible);
}

/// A character of a token (RFC 9110, 5.6.2).
bool is_token_character(char c) {
    constexpr std::string_view others = "!#$%&'*+-.^_`|~";
    return is_digit(c) || is_letter(c) || others.find(c) != std::string_view::npos;
}

std::string fault_of(const http_check& http) {
    if (http.method.empty() ||
        !std::all_of(http.method.begin(), http.method.end(), is_token_character)) {
        return "the method of an HTTP check is one word, such as GET";
    }
    if (!http.path.starts_with('/') || !all_visible(http.path)) {
        return "the path of an HTTP check begins with / and has neither spaces nor characters "
               "beyond ASCII; write them as %20 and the like";
    }
    if (!all_visible(http.host)) {
        return "the host of an HTTP check is a name or an address, such as www.example.com";
    }
    return http.accepted.empty() ? "an HTTP check accepts at least one status, such as 200-399"
                                 : std::string();
}

std::string fault_of_times(const check_config& check) {
    if (check.interval < 100ms || check.interval > 24h) {
        return "the interval of a check is between 100ms and 1d";
    }
    if (check.timeout < 1ms || check.timeout > check.interval) {
        return "the timeout of a check is at most its interval, so that a probe ends before the "
               "next one begins";
    }
    if (!(check.jitter >= 0 && check.jitter <= 0.5)) {
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
    for (const auto& each : words) {
        length += each.size() + 1;
        if (each.find('\0') != std::string::npos) {
            return "neither the program of a check nor its arguments hold a character 0";
        }
    }
    return length > longest_command ? "a command has at most 4096 characters" : "";
}

std::string fault_of_kind(const check_config& check) {
    switch (check.kind) {
    case check_kind::http:
        return fault_of(check.http);
    case check_kind::send_expect:
        return check.send.empty() && check.expect.empty()
                   ? "a check that sends nothing and expects nothing is a check of kind tcp"
                   : "";
    case check_kind::mysql:
    case check_kind::postgresql:
        return check.user.size() > longest_user || !all_visible(check.user)
                   ? "the user of a check has at most 80 characters and no spaces"
                   : "";
    case check_kind::command:
        return fault_of_command(check.command);
    default:
        return {};
    }
}

} // namespace

std::span<const std::pair<std::string_view, check_kind>> check_kinds() noexcept { return kinds; }

std::string_view name_of(check_kind kind) noexcept {
    const auto found =
        std::ranges::find(kinds, kind, &std::pair<std::string_view, check_kind>::second);
    return found == kinds.end() ? std::string_view() : found->first;
}

std::string fault_of(const check_config& check) {
    if (auto fault = fault_of_times(check); !fault.empty()) {
        return fault;
    }
    const auto in_range = [](unsigned count) { return count >= 1 && count <= most_in_a_row; };
    if (!in_range(check.rise) || !in_range(check.fall)) {
        return "rise and fall are between 1 and 100";
    }
    return fault_of_kind(check);
}

} // namespace plug
