// What the dialogues of health checks have in common inside.
#pragma once

#include "core/config/address_forms.hpp"
#include "core/config/check_config.hpp"
#include "core/health/dialogue.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace plug {

/// How one protocol talks. What it does must not depend on how the bytes are portioned.
class protocol {
public:
    protocol() = default;
    protocol(const protocol&) = delete;
    protocol& operator=(const protocol&) = delete;
    virtual ~protocol() = default;

    /// What to say without having heard anything.
    virtual step opening() { return {}; }

    /// Takes from the front of `unread` what it can use. Called whenever there is more.
    virtual step read(std::string_view& unread) = 0;

    /// The target closed; `unread` is what was left.
    virtual step ended(std::string_view unread);

    /// What the target is to say next: "the greeting".
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

std::unique_ptr<protocol> make_tcp_protocol();
std::unique_ptr<protocol> make_send_expect_protocol(const check_config& check);
std::unique_ptr<protocol> make_http_protocol(const http_check& check, const host_port& target);
std::unique_ptr<protocol> make_tls_protocol(const host_port& target);
std::unique_ptr<protocol> make_smtp_protocol();
std::unique_ptr<protocol> make_ssh_protocol();
std::unique_ptr<protocol> make_mysql_protocol(const std::string& user);
std::unique_ptr<protocol> make_postgresql_protocol(const std::string& user);
std::unique_ptr<protocol> make_redis_protocol();

} // namespace plug
