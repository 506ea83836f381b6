// SMTP (RFC 5321): the greeting, and QUIT.
#include "core/config/byte_escapes.hpp"
#include "core/config/characters.hpp"
#include "core/health/protocol.hpp"

namespace plug {

namespace {

/// Greeting, QUIT, and the answer to it, so that the server's log holds no lost connection.
class smtp_protocol : public line_protocol {
public:
    std::string awaited() const override {
        return greeted_.empty() ? "the greeting" : "the answer to QUIT";
    }

    step ended(std::string_view unread) override {
        return greeted_.empty() ? protocol::ended(unread) : pass(greeted_);
    }

protected:
    step take_line(std::string_view line) override {
        const auto code = line.substr(0, 3);
        const bool is_reply = line.size() >= 3 && all_digits(code) &&
                              (line.size() == 3 || line[3] == ' ' || line[3] == '-');
        if (!is_reply || (!code_.empty() && code != code_)) {
            return fail("said " + excerpt(line) + ", which is no SMTP reply");
        }
        if (line.size() > 3 && line[3] == '-') {
            code_ = code;
            return {};
        }
        code_.clear();
        return take_reply(code, line);
    }

private:
    step take_reply(std::string_view code, std::string_view last_line) {
        if (!greeted_.empty()) {
            return code == "221" ? pass(greeted_)
                                 : fail("answered QUIT with " + excerpt(last_line));
        }
        if (code != "220") {
            return fail("greeted with " + excerpt(last_line), "QUIT\r\n",
                        step::leaving::when_closed);
        }
        greeted_ = "greeted with " + excerpt(last_line);
        return say("QUIT\r\n");
    }

    std::string code_;    // within a reply of several lines
    std::string greeted_; // what to say of the greeting, once it came
};

} // namespace

std::unique_ptr<protocol> make_smtp_protocol(const check_config&, const host_port&) {
    return std::make_unique<smtp_protocol>();
}

} // namespace plug
