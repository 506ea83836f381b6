// SSH (RFC 4253, 4.2): the identification, and nothing encrypted.
#include "core/config/byte_escapes.hpp"
#include "core/health/protocol.hpp"

namespace plug {

namespace {

/// Identifies itself, hears what the server offers (SSH_MSG_KEXINIT), and goes. OpenSSH 9.2 writes
/// one line of level INFO then ("Connection closed by ... [preauth]"), and none is not to be had:
/// without the identification there is an error beside it, and SSH_MSG_DISCONNECT makes it two
/// lines.
class ssh_protocol : public line_protocol {
public:
    std::string awaited() const override { return "the SSH identification"; }

    step ended(std::string_view unread) override {
        return protocol::ended(unread.empty() ? last_ : unread);
    }

protected:
    step take_line(std::string_view line) override {
        if (!line.starts_with("SSH-")) {
            last_ = line; // lines before the identification are allowed
            return {};
        }
        if (!line.starts_with("SSH-2.0-") && !line.starts_with("SSH-1.99-")) {
            return fail("is " + excerpt(line) + ", which is not version 2 of SSH");
        }
        return pass("is " + excerpt(line), "SSH-2.0-plug_3.0\r\n", step::leaving::when_answered);
    }

private:
    std::string last_;
};

} // namespace

std::unique_ptr<protocol> make_ssh_protocol(const check_config&, const host_port&) {
    return std::make_unique<ssh_protocol>();
}

} // namespace plug
