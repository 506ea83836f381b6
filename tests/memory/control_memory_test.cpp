// What becomes of the control channel when one allocation fails, whichever it is.
#include "platform/control_channel.hpp"
#include "tests/support/process/temporary_directory.hpp"
#include "tests/support/transport/failing_memory.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>

using namespace plug::test;
using namespace std::chrono_literals;

namespace {

/// Takes a line, and gives it back; from then on its thread's memory may fail.
class echo final : public plug::platform::control_request {
public:
    bool take(std::string_view bytes) override {
        let_memory_fail_here(true);
        line_ += bytes;
        return line_.ends_with('\n');
    }
    std::string answer() override {
        return "you said what is longer than a short string: " + line_;
    }

private:
    std::string line_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(control_memory)

BOOST_AUTO_TEST_CASE(the_next_request_is_answered) {
    const temporary_directory directory;
    const auto place = (directory / "control").string();
    plug::platform::control_failure failure;
    const auto channel = plug::platform::control_channel::open(
        place, [](const plug::platform::control_peer&) { return std::make_unique<echo>(); },
        failure);
    BOOST_REQUIRE_MESSAGE(channel != nullptr, failure.why);
    channel->serve();
    const auto is_answered = [&] {
        return plug::platform::ask_control(place, "a\n", 10s).bytes.ends_with(": a\n");
    };
    BOOST_REQUIRE(is_answered());
    std::uint64_t nth = 0;
    for (bool has_failed = true; has_failed;) {
        BOOST_TEST_CONTEXT("allocation " << ++nth) {
            {
                const failing_memory failing(nth);
                static_cast<void>(plug::platform::ask_control(place, "a\n", 10s));
                has_failed = failing.has_failed();
            }
            BOOST_REQUIRE(is_answered());
        }
    }
    BOOST_TEST_MESSAGE(nth - 1 << " allocations");
    BOOST_TEST(nth > 2U);
}

BOOST_AUTO_TEST_SUITE_END()
