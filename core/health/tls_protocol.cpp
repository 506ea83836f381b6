// TLS (RFC 8446, RFC 5246): a ClientHello, the first record of the answer, and an alert.
#include "core/config/byte_escapes.hpp"
#include "core/health/protocol.hpp"

#include <initializer_list>

namespace plug {

namespace {

constexpr std::size_t record_header = 5;

std::string number(std::size_t value, unsigned bytes) {
    std::string result;
    while (bytes-- > 0) {
        result += static_cast<char>((value >> (8 * bytes)) & 0xffU);
    }
    return result;
}

/// `content` behind its length in so many bytes.
std::string vector_of(std::string_view content, unsigned length_bytes) {
    return number(content.size(), length_bytes) + std::string(content);
}

std::string numbers(std::initializer_list<unsigned> values) {
    std::string result;
    for (const auto value : values) {
        result += number(value, 2);
    }
    return result;
}

std::string extension(unsigned type, std::string_view content) {
    return number(type, 2) + vector_of(content, 2);
}

/// The name that the target is known by (RFC 6066, 3); none for an address.
std::string server_name(const host_port& target) {
    std::string_view name = target.host;
    if (target.numeric || name.empty()) {
        return {};
    }
    if (name.ends_with('.')) {
        name.remove_suffix(1);
    }
    return extension(0, vector_of(number(0, 1) + vector_of(name, 2), 2));
}

std::string extensions(const host_port& target) {
    constexpr unsigned x25519 = 0x001d;
    // Any point will do, as no key is ever made of it: this is the base point (RFC 7748, 4.1).
    const std::string share = number(9, 1) + std::string(31, '\0');
    return server_name(target) +
           extension(10, vector_of(numbers({x25519, 0x0017, 0x0018}), 2)) + // groups
           extension(11, vector_of(number(0, 1), 1)) +                      // point formats
           extension(13, vector_of(numbers({0x0403, 0x0804, 0x0401, 0x0807, 0x0503, 0x0805, 0x0501,
                                            0x0603, 0x0806, 0x0601, 0x0203, 0x0201}),
                                   2)) +                            // signatures
           extension(23, {}) +                                      // extended master secret
           extension(43, vector_of(numbers({0x0304, 0x0303}), 1)) + // versions
           extension(51, vector_of(number(x25519, 2) + vector_of(share, 2), 2));
}

/// For every server that takes TLS 1.2 or 1.3.
std::string client_hello(const host_port& target) {
    const auto ciphers = numbers({0x1301, 0x1302, 0x1303,         // of 1.3
                                  0xc02b, 0xc02f, 0xc02c, 0xc030, // ECDHE with AES-GCM
                                  0xcca9, 0xcca8,                 // ECDHE with ChaCha20
                                  0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035,
                                  0x00ff}); // no renegotiation (RFC 5746, 3.3)
    const std::string random = "plug asks only whether TLS works";
    const auto body = number(0x0303, 2) + random + vector_of({}, 1) + vector_of(ciphers, 2) +
                      vector_of(number(0, 1), 1) + vector_of(extensions(target), 2);
    return number(22, 1) + number(0x0301, 2) + vector_of(number(1, 1) + vector_of(body, 3), 2);
}

/// user_canceled and close_notify (RFC 8446, 6.1), each a record of its own.
std::string farewell() {
    return number(21, 1) + number(0x0303, 2) + vector_of(number(0x015a, 2), 2) + number(21, 1) +
           number(0x0303, 2) + vector_of(number(0x0100, 2), 2);
}

/// An alert passes as well as a ServerHello: the server speaks TLS and does not like this hello,
/// for instance because it has no certificate for an address without a name, or wants a newer
/// version.
class tls_protocol : public protocol {
public:
    explicit tls_protocol(const host_port& target) : hello_(client_hello(target)) {}

    step opening() override { return say(hello_); }

    step read(std::string_view& unread) override {
        if (unread.size() <= record_header) {
            return {};
        }
        const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(unread[at]); };
        const auto length = byte(3) * 256U + byte(4);
        const bool is_record = byte(1) == 3 && length > 0 && length <= (1U << 14U);
        if (is_record && byte(0) == 22 && byte(5) == 2) {
            return pass("answered with a ServerHello", farewell(), step::leaving::when_closed);
        }
        if (is_record && byte(0) == 21 && length == 2) {
            return unread.size() < record_header + 2
                       ? step()
                       : pass("speaks TLS: answered with alert " + std::to_string(byte(6)), {},
                              step::leaving::when_closed);
        }
        return fail("answered with " + excerpt(unread.substr(0, record_header + 1)) +
                    ", which is no TLS");
    }

    std::string awaited() const override { return "a ServerHello"; }

private:
    std::string hello_;
};

} // namespace

std::unique_ptr<protocol> make_tls_protocol(const check_config&, const host_port& target) {
    return std::make_unique<tls_protocol>(target);
}

} // namespace plug
