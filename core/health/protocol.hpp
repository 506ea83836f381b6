// The protocols of health checks: their common part, and a row for each kind of check.
#pragma once

#include "core/config/address_forms.hpp"
#include "core/config/check_config.hpp"
#include "core/health/dialogue.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>

namespace plug {

/// One protocol. Its steps must not depend on how the bytes are portioned.
class protocol {
public:
    protocol() = default;
    protocol(const protocol&) = delete;
    protocol& operator=(const protocol&) = delete;
    virtual ~protocol() = default;

    /// The step before the target has sent anything.
    virtual step opening() { return {}; }

    /// Takes the part that it can use from the front of `unread`. Called whenever there is more.
    virtual step read(std::string_view& unread) = 0;

    /// The target closed; `unread` is the unused rest.
    virtual step ended(std::string_view unread);

    /// The next answer of the target: "the greeting".
    [[nodiscard]] virtual std::string awaited() const = 0;
};

/// A protocol of lines, which end in CR LF or in a bare LF.
class line_protocol : public protocol {
public:
    step read(std::string_view& unread) final;

protected:
    /// `line` comes without its end.
    virtual step take_line(std::string_view line) = 0;
};

[[nodiscard]] step say(std::string bytes);
[[nodiscard]] step pass(std::string reason, std::string farewell = {},
                        step::leaving leave = step::leaving::at_once);
[[nodiscard]] step fail(std::string reason, std::string farewell = {},
                        step::leaving leave = step::leaving::at_once);

/// Makes the protocol of a check, see make_dialogue().
using protocol_maker = std::unique_ptr<protocol>(const check_config& check,
                                                 const host_port& target);

protocol_maker make_tcp_protocol;
protocol_maker make_send_expect_protocol;
protocol_maker make_http_protocol;
protocol_maker make_tls_protocol;
protocol_maker make_smtp_protocol;
protocol_maker make_ssh_protocol;
protocol_maker make_mysql_protocol;
protocol_maker make_postgresql_protocol;
protocol_maker make_redis_protocol;

/// The protocol of a kind of check.
struct protocol_row {
    check_kind kind;
    /// Null = a program is run in place of a talk.
    protocol_maker* make;
};

/// One row for each kind, in the order of check_kind_rows.
inline constexpr std::array<protocol_row, check_kind_rows.size()> protocol_rows{{
    {check_kind::tcp, make_tcp_protocol},
    {check_kind::send_expect, make_send_expect_protocol},
    {check_kind::http, make_http_protocol},
    {check_kind::tls, make_tls_protocol},
    {check_kind::smtp, make_smtp_protocol},
    {check_kind::ssh, make_ssh_protocol},
    {check_kind::mysql, make_mysql_protocol},
    {check_kind::postgresql, make_postgresql_protocol},
    {check_kind::redis, make_redis_protocol},
    {check_kind::command, nullptr},
}};
static_assert(std::ranges::equal(protocol_rows, check_kind_rows, {}, &protocol_row::kind,
                                 &check_kind_row::value));

} // namespace plug
