// The checks that know no protocol: tcp and send_expect.
#include "core/config/byte_escapes.hpp"
#include "core/health/protocol.hpp"

#include <algorithm>

namespace plug {

namespace {

class tcp_protocol : public protocol {
public:
    step opening() override { return pass("connected"); }
    step read(std::string_view&) override { return {}; }
    std::string awaited() const override { return "nothing"; }
};

/// The bytes that are expected may stand anywhere in what the target says.
class send_expect_protocol : public protocol {
public:
    send_expect_protocol(std::string send, std::string expect)
        : send_(std::move(send)), expect_(std::move(expect)) {}

    step opening() override {
        return expect_.empty() ? pass("connected and sent " + excerpt(send_), send_) : say(send_);
    }

    step read(std::string_view& unread) override {
        // What was searched before need not be again, but for a beginning at its end.
        const auto from = searched_ - std::min(searched_, expect_.size() - 1);
        searched_ = unread.size();
        return unread.find(expect_, from) == std::string_view::npos
                   ? step()
                   : pass("answered with " + excerpt(expect_), {}, step::leaving::when_closed);
    }

    std::string awaited() const override { return excerpt(expect_); }

private:
    std::string send_;
    std::string expect_;
    std::size_t searched_ = 0;
};

} // namespace

std::unique_ptr<protocol> make_tcp_protocol(const check_config&, const host_port&) {
    return std::make_unique<tcp_protocol>();
}

std::unique_ptr<protocol> make_send_expect_protocol(const check_config& check, const host_port&) {
    return std::make_unique<send_expect_protocol>(check.send, check.expect);
}

} // namespace plug
