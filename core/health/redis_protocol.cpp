// Redis: PING and QUIT.
#include "core/config/byte_escapes.hpp"
#include "core/health/protocol.hpp"

#include <algorithm>
#include <array>

namespace plug {

namespace {

/// Commands are sent as arrays (RESP), as proxies in front of Redis understand nothing else.
constexpr std::string_view ping = "*1\r\n$4\r\nPING\r\n";
constexpr std::string_view quit = "*1\r\n$4\r\nQUIT\r\n";

/// The first words of errors that only say who may ask: whoever may will be served.
constexpr std::array<std::string_view, 3> refusals_of_the_asker{"-NOAUTH", "-NOPERM",
                                                                "-ERR operation not permitted"};

class redis_protocol : public line_protocol {
public:
    step opening() override { return say(std::string(ping)); }

    std::string awaited() const override { return "the answer to PING"; }

protected:
    step take_line(std::string_view line) override {
        if (line != "+PONG" && !line.starts_with('-')) {
            return fail("answered PING with " + excerpt(line) + ", which is no answer of Redis");
        }
        const bool serves =
            line == "+PONG" || std::ranges::any_of(refusals_of_the_asker, [&](auto refusal) {
                return line.starts_with(refusal);
            });
        auto reason = "answered PING with " + excerpt(line);
        return serves ? pass(std::move(reason), std::string(quit), step::leaving::when_closed)
                      : fail(std::move(reason), std::string(quit), step::leaving::when_closed);
    }
};

} // namespace

std::unique_ptr<protocol> make_redis_protocol(const check_config&, const host_port&) {
    return std::make_unique<redis_protocol>();
}

} // namespace plug
