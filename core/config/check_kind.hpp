// The kinds of checks: one row for each, with its name and the details that it takes. A new kind is
// a value and a row here, and a protocol in core/health with its row in protocol.hpp.
#pragma once

#include "core/config/enum_rows.hpp"

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace plug {

/// How a target is asked. All but `tcp` and `command` are dialogues, see make_dialogue().
enum class check_kind {
    /// It accepts a connection.
    tcp,
    /// It is sent some bytes, and answers with some others among what it says.
    send_expect,
    http,
    tls,
    smtp,
    ssh,
    mysql,
    postgresql,
    redis,
    /// A program says so: exit status 0. Stays last.
    command
};

/// What can be said of a check of some kinds alone. Interval, timeout, port and the like can be
/// said of all.
enum class check_detail : std::uint8_t { method, path, host, status, send, expect, user, command };

/// By the names of the keys in a table `check`, and of the options behind `--check-`.
inline constexpr auto check_details =
    std::to_array<named_value<check_detail>>({{"method", check_detail::method},
                                              {"path", check_detail::path},
                                              {"host", check_detail::host},
                                              {"status", check_detail::status},
                                              {"send", check_detail::send},
                                              {"expect", check_detail::expect},
                                              {"user", check_detail::user},
                                              {"command", check_detail::command}});
static_assert(are_complete(check_details, check_detail::command));

class check_detail_set {
public:
    constexpr check_detail_set(std::initializer_list<check_detail> details) noexcept {
        for (const auto detail : details) {
            bits_ |= bit_of(detail);
        }
    }

    [[nodiscard]] constexpr bool has(check_detail detail) const noexcept {
        return (bits_ & bit_of(detail)) != 0;
    }

private:
    static constexpr unsigned bit_of(check_detail detail) noexcept {
        return 1U << static_cast<unsigned>(detail);
    }

    unsigned bits_ = 0;
};

/// What is known about one kind.
struct check_kind_row {
    /// The name that operators write.
    std::string_view name;
    check_kind value;
    check_detail_set takes;
};

inline constexpr auto check_kind_rows = [] {
    using enum check_detail;
    return std::to_array<check_kind_row>({
        {"tcp", check_kind::tcp, {}},
        {"send-expect", check_kind::send_expect, {send, expect}},
        {"http", check_kind::http, {method, path, host, status}},
        {"tls", check_kind::tls, {}},
        {"smtp", check_kind::smtp, {}},
        {"ssh", check_kind::ssh, {}},
        {"mysql", check_kind::mysql, {user}},
        {"postgresql", check_kind::postgresql, {user}},
        {"redis", check_kind::redis, {}},
        {"command", check_kind::command, {command}},
    });
}();
static_assert(are_complete(check_kind_rows, check_kind::command));

inline constexpr auto check_kind_names = names_of(check_kind_rows);

/// All kinds, by the names that operators write.
[[nodiscard]] constexpr named_values<check_kind> check_kinds() noexcept { return check_kind_names; }

[[nodiscard]] constexpr std::string_view name_of(check_kind kind) noexcept {
    return row_in(check_kind_rows, kind).name;
}

/// Whether `detail` means anything to a check of that kind.
[[nodiscard]] constexpr bool takes(check_kind kind, check_detail detail) noexcept {
    return row_in(check_kind_rows, kind).takes.has(detail);
}

/// The kinds that take `detail`, for a sentence: `mysql or postgresql`.
[[nodiscard]] std::string kinds_that_take(check_detail detail);

} // namespace plug
