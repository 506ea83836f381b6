// MySQL and MariaDB (the client/server protocol, handshake version 10).
//
// A client that goes away between the greeting and a login counts as a connection error of its
// host, and after max_connect_errors (100) of them the server takes no connection of that host,
// which would be the plug with all its clients. So a login is always tried: one that is denied does
// not count. With a user that has no password and no rights nothing is logged; without one,
// MariaDB 10.11 writes a line for each probe ("Access denied for user 'plug_check'"), and MySQL 8
// by its defaults does not.
#include "core/config/byte_escapes.hpp"
#include "core/health/protocol.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

namespace plug {

namespace {

constexpr std::size_t header = 4;

std::string number(std::size_t value, unsigned bytes) {
    std::string result;
    for (; bytes > 0; --bytes, value >>= 8U) {
        result += static_cast<char>(value & 0xffU);
    }
    return result;
}

std::size_t number_in(std::string_view bytes) {
    std::size_t value = 0;
    for (auto at = bytes.rbegin(); at != bytes.rend(); ++at) {
        value = value * 256 + static_cast<unsigned char>(*at);
    }
    return value;
}

std::string packet(const std::string& content, unsigned sequence) {
    return number(content.size(), 3) + number(sequence, 1) + content;
}

/// The name of the way to log in that the server likes best, at the end of its greeting; empty = it
/// names none.
std::string plugin_of(std::string_view greeting) {
    constexpr std::uint32_t plugins = 1U << 19U;
    const auto fixed = std::min(greeting.size(), greeting.find('\0') + 1); // behind the version
    const auto rest = greeting.substr(fixed);
    constexpr std::size_t length_at = 20; // id 4, scramble 9, abilities 2, 1, 2, abilities 2
    if (rest.size() <= length_at) {
        return {};
    }
    const auto abilities = number_in(rest.substr(13, 2)) + (number_in(rest.substr(18, 2)) << 16U);
    const auto scramble = static_cast<unsigned char>(rest[length_at]);
    const auto name_at =
        length_at + 11U + std::max<std::size_t>(13, scramble - std::min<std::size_t>(8, scramble));
    if ((abilities & plugins) == 0 || rest.size() <= name_at) {
        return {};
    }
    const auto name = rest.substr(name_at, rest.find('\0', name_at) - name_at);
    return std::string(name.substr(0, 64));
}

/// HandshakeResponse41 with an empty password.
std::string login(const std::string& user, const std::string& plugin) {
    constexpr std::size_t long_password = 1;
    constexpr std::size_t protocol_41 = 1U << 9U;
    constexpr std::size_t secure = 1U << 15U;
    constexpr std::size_t plugins = 1U << 19U;
    constexpr std::size_t utf8 = 33;
    auto abilities = long_password | protocol_41 | secure;
    if (!plugin.empty()) {
        abilities |= plugins;
    }
    const std::string end(1, '\0');
    return number(abilities, 4) + number(1U << 24U, 4) + number(utf8, 1) + std::string(23, '\0') +
           user + end + end + (plugin.empty() ? "" : plugin + end);
}

/// What the server says of itself and not of the user: too many connections, out of memory,
/// shutting down, host blocked, host not allowed, no thread.
constexpr std::array<std::size_t, 6> troubles{1040, 1041, 1053, 1129, 1130, 1135};

class mysql_protocol : public protocol {
public:
    explicit mysql_protocol(const std::string& user) : user_(user) {}

    step read(std::string_view& unread) override {
        step next;
        while (next.now == step::state::reading && unread.size() > header) {
            const auto length = number_in(unread.substr(0, 3));
            if (!could_be_packet(length, unread)) {
                return fail("said " + excerpt(unread.substr(0, header + 1)) + ", which is no MySQL",
                            std::move(next.send));
            }
            if (unread.size() < header + length) {
                break;
            }
            const auto sequence = static_cast<unsigned char>(unread[3]);
            auto answer = take(unread.substr(header, length), sequence + 1U);
            answer.send.insert(0, next.send);
            next = std::move(answer);
            unread.remove_prefix(header + length);
        }
        return next;
    }

    std::string awaited() const override {
        return greeted_.empty() ? "the greeting" : "the answer to the login";
    }

private:
    [[nodiscard]] bool could_be_packet(std::size_t length, std::string_view unread) const {
        const bool is_short = length > 0 && length <= dialogue::limit - header;
        const char type = unread[header];
        return is_short &&
               (!greeted_.empty() || (unread[3] == 0 && (type == 10 || type == '\xff')));
    }

    step take(std::string_view content, unsigned sequence) {
        if (content.front() == '\xff') {
            return take_error(content.substr(1));
        }
        if (greeted_.empty()) {
            const auto version = content.substr(1, content.substr(1).find('\0'));
            greeted_ = "greeted as version " + excerpt(version, 60);
            return say(
                packet(login(user_.empty() ? "plug_check" : user_, plugin_of(content.substr(1))),
                       sequence));
        }
        if (content.front() == '\xfe' && !switched_) { // another way to log in: no password again
            switched_ = true;
            return say(packet({}, sequence));
        }
        if (content.front() == '\0') {
            return pass(greeted_, packet("\1", 0), step::leaving::when_closed); // COM_QUIT
        }
        return user_.empty() ? pass(greeted_)
                             : fail(greeted_ + ", but wants a password of user " + excerpt(user_));
    }

    step take_error(std::string_view error) const {
        const auto code = number_in(error.substr(0, 2));
        auto text = error.substr(std::min<std::size_t>(2, error.size()));
        if (text.starts_with('#')) { // and the SQLSTATE
            text.remove_prefix(std::min<std::size_t>(6, text.size()));
        }
        const bool is_trouble = std::ranges::find(troubles, code) != troubles.end();
        if (!greeted_.empty() && user_.empty() && !is_trouble) {
            return pass(greeted_);
        }
        return fail("answered with error " + std::to_string(code) + ": " + excerpt(text));
    }

    std::string user_;
    std::string greeted_; // what to say of the greeting, once it came
    bool switched_ = false;
};

} // namespace

std::unique_ptr<protocol> make_mysql_protocol(const check_config& check, const host_port&) {
    return std::make_unique<mysql_protocol>(check.user);
}

} // namespace plug
