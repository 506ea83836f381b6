// PostgreSQL (the frontend/backend protocol, version 3).
//
// Without a user the server is asked whether it encrypts by GSSAPI (GSSENCRequest, PostgreSQL 12
// and later), and left when it has answered either way: PostgreSQL 15 writes nothing into its log
// then. Where SSL is on it would after an SSLRequest ("could not accept SSL connection"). But a
// server that is starting, stopping or full answers that question too.
//
// With a user a session is begun (StartupMessage, database postgres). A server that asks for a
// password is left, in silence again: a Terminate at that point would be an error of level FATAL.
#include "core/config/byte_escapes.hpp"
#include "core/health/protocol.hpp"

#include <algorithm>

namespace plug {

namespace {

std::string number(std::size_t value) {
    std::string bytes;
    for (unsigned shift = 32; shift > 0;) {
        shift -= 8;
        bytes += static_cast<char>((value >> shift) & 0xffU);
    }
    return bytes;
}

/// `content` behind its length, which counts itself.
std::string counted(const std::string& content) { return number(content.size() + 4) + content; }

class encryption_question : public protocol {
public:
    step opening() override { return say(counted(number(80877104))); }

    step read(std::string_view& unread) override {
        if (unread.empty()) {
            return {};
        }
        switch (unread.front()) {
        case 'G':
        case 'N':
            return pass("answered whether it encrypts by GSSAPI");
        case 'E': // of before PostgreSQL 12
            return pass("speaks PostgreSQL: answered with an error", {},
                        step::leaving::when_closed);
        default:
            return fail("answered with " + excerpt(unread.substr(0, 1)) +
                        ", which is no PostgreSQL");
        }
    }

    std::string awaited() const override { return "the answer about GSSAPI"; }
};

/// The field of an ErrorResponse, such as 'M'; empty = it has none.
std::string_view field_of(std::string_view content, char type) {
    while (!content.empty() && content.front() != '\0') {
        const auto field = content.substr(1, content.find('\0', 1) - 1);
        if (content.front() == type) {
            return field;
        }
        content.remove_prefix(std::min(content.size(), field.size() + 2));
    }
    return {};
}

class startup : public protocol {
public:
    explicit startup(const std::string& user) : user_(user) {}

    step opening() override {
        constexpr std::size_t version = 3U << 16U;
        const std::string end(1, '\0');
        return say(counted(number(version) + "user" + end + user_ + end + "database" + end +
                           "postgres" + end + end));
    }

    step read(std::string_view& unread) override {
        constexpr std::size_t header = 5;
        step next;
        while (next.now == step::state::reading && unread.size() >= header) {
            std::size_t length = 0;
            for (std::size_t at = 1; at < header; ++at) {
                length = length * 256 + static_cast<unsigned char>(unread[at]);
            }
            if (length < 4 || length >= dialogue::limit) {
                return fail("answered with " + excerpt(unread.substr(0, header)) +
                            ", which is no PostgreSQL");
            }
            if (unread.size() < length + 1) {
                break;
            }
            next = take(unread.front(), unread.substr(header, length + 1 - header));
            unread.remove_prefix(length + 1);
        }
        return next;
    }

    std::string awaited() const override {
        return admitted_ ? "readiness for a query" : "the answer to the startup";
    }

private:
    step take(char type, std::string_view content) {
        switch (type) {
        case 'R':
            admitted_ = content == std::string_view("\0\0\0\0", 4);
            return admitted_ ? step() : pass("asked user " + excerpt(user_) + " for a password");
        case 'E':
            return fail("answered with error " + excerpt(field_of(content, 'C'), 20) + ": " +
                        excerpt(field_of(content, 'M')));
        case 'Z':
            return pass("is ready for user " + excerpt(user_), "X" + counted({}));
        default: // parameters, notices, and what a later version adds
            return {};
        }
    }

    std::string user_;
    bool admitted_ = false;
};

} // namespace

std::unique_ptr<protocol> make_postgresql_protocol(const check_config& check, const host_port&) {
    if (check.user.empty()) {
        return std::make_unique<encryption_question>();
    }
    return std::make_unique<startup>(check.user);
}

} // namespace plug
