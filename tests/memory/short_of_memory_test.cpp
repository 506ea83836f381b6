// What becomes of sessions, checks and reloads when one allocation fails, whichever it is.
#include "tests/memory/memory_engine.hpp"
#include "tests/support/net/pattern.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <new>
#include <optional>
#include <stdexcept>
#include <thread>

using namespace plug::test;

namespace {

/// More than this a life does not allocate.
constexpr std::uint64_t most_allocations = 2000;

/// What a client makes of it.
enum class seen { whole, broken, cut_cleanly };

/// More than the transports keep of it anywhere between two reads.
const std::string& question() {
    static const std::string text = pattern(3, 0, std::size_t{300} * 1024);
    return text;
}

seen judge(const received& got) {
    const auto newline = got.bytes.find('\n');
    if (got.end == stream_end::orderly && newline != std::string::npos &&
        got.bytes.substr(newline + 1) == question()) {
        return seen::whole;
    }
    // Any thread: nothing is asserted here. One that never ends is as bad as a clean cut.
    if (got.end == stream_end::timed_out) {
        return seen::cut_cleanly;
    }
    // One that is closed before it has begun was refused.
    return got.end == stream_end::orderly && !got.bytes.empty() ? seen::cut_cleanly : seen::broken;
}

/// One client from connect to end.
seen ask(std::uint16_t port) {
    try {
        auto client = stream::connect("127.0.0.1", port);
        return judge(client.exchange(question()));
    } catch (const std::runtime_error&) { // a reset while it sends
        return seen::broken;
    }
}

std::size_t completed(const std::vector<plug::session_record>& records) {
    return static_cast<std::size_t>(std::ranges::count_if(
        records, [](const auto& each) { return each.end == plug::session_end::completed; }));
}

bool is_quiet(memory_engine& running) {
    return eventually([&] { return running.running().sessions() == 0; });
}

/// A target that greets each client and closes: a check of it is soon over.
class greeter {
public:
    greeter() : thread_([this] { serve(); }) {}
    ~greeter() {
        ending_ = true;
        thread_.join();
    }
    greeter(const greeter&) = delete;
    greeter& operator=(const greeter&) = delete;

    [[nodiscard]] std::string address() const { return listener_.address(); }
    [[nodiscard]] std::size_t accepted() const noexcept { return accepted_; }

private:
    void serve() {
        while (!ending_) {
            if (auto client = listener_.accept_within(50ms)) {
                ++accepted_;
                static_cast<void>(client->try_send("hello\n"));
            }
        }
    }

    listener listener_;
    std::atomic<std::size_t> accepted_{0};
    std::atomic<bool> ending_{false};
    std::thread thread_;
};

/// Lets each allocation of `life` fail in turn, and `more` behind it, until it has no more of them.
/// `life` gives how many clients were served whole.
template <typename Life>
void fail_each_allocation(memory_engine& running, const Life& life, std::uint64_t more = 0) {
    std::uint64_t nth = 0;
    for (bool has_failed = true; has_failed;) {
        BOOST_TEST_CONTEXT("allocation " << ++nth) {
            BOOST_REQUIRE(nth < most_allocations);
            std::size_t whole = 0;
            {
                const failing_memory failing(nth, more);
                whole = life();
                BOOST_REQUIRE(is_quiet(running));
                running.wait_for_worker([] {});
                has_failed = failing.has_failed();
            }
            BOOST_TEST(completed(running.events.take_records()) == whole);
            BOOST_REQUIRE((ask(running.port()) == seen::whole)); // the next one
            BOOST_REQUIRE(is_quiet(running));
            running.events.take_records();
        }
    }
    BOOST_TEST_MESSAGE(nth - 1 << " allocations");
    BOOST_TEST(nth > 2U);
    BOOST_TEST(running.drains());
}

/// Whether allocation number `nth` was reached; turns `is_other` where the reload was carried out.
bool reload_failing(memory_engine& running, const plug::configuration& wanted, std::uint64_t nth,
                    bool& is_other) {
    const failing_memory failing(nth);
    try {
        let_memory_fail_here(true);
        const auto failure = running.running().reload(wanted);
        let_memory_fail_here(false);
        BOOST_REQUIRE(!failure);
        is_other = !is_other;
    } catch (const std::bad_alloc&) {
        let_memory_fail_here(false);
    }
    return failing.has_failed();
}

std::size_t ask_once(memory_engine& running) {
    const auto outcome = ask(running.port());
    BOOST_TEST((outcome != seen::cut_cleanly));
    return outcome == seen::whole ? 1 : 0;
}

} // namespace

BOOST_AUTO_TEST_SUITE(short_of_memory)

BOOST_AUTO_TEST_CASE(a_session_is_whole_or_reset_and_the_next_one_is_served) {
    named_server target("target");
    memory_engine running(one_plug({target_at(target.address())}));
    fail_each_allocation(running, [&] { return ask_once(running); });
}

BOOST_AUTO_TEST_CASE(a_session_is_whole_or_reset_where_memory_is_short_for_longer) {
    named_server target("target");
    memory_engine running(one_plug({target_at(target.address())}));
    fail_each_allocation(
        running, [&] { return ask_once(running); }, 9);
}

BOOST_AUTO_TEST_CASE(a_session_with_limits_is_whole_or_reset) {
    named_server target("target");
    auto config = one_plug({target_at(target.address())});
    config.plugs.front().limits.idle = std::chrono::hours(1);
    memory_engine running(config);
    fail_each_allocation(running, [&] { return ask_once(running); });
}

BOOST_AUTO_TEST_CASE(a_session_that_goes_to_the_next_target_is_whole_or_reset) {
    named_server target("target");
    auto config = one_plug({target_at(closed_address()), target_at(target.address())});
    config.plugs.front().policy = plug::policy::first;
    config.plugs.front().retry = std::chrono::milliseconds(0);
    memory_engine running(config);
    fail_each_allocation(running, [&] { return ask_once(running); });
}

BOOST_AUTO_TEST_CASE(a_client_that_sticks_is_served_whole_or_reset) {
    named_server target("target");
    auto config = one_plug({target_at(target.address())});
    config.plugs.front().affinity = {true, std::chrono::seconds(0), 2};
    memory_engine running(config);
    fail_each_allocation(running, [&] { return ask_once(running); });
}

BOOST_AUTO_TEST_CASE(a_client_that_waits_is_served_whole_or_reset) {
    named_server target("target");
    auto config = one_plug({target_at(target.address())});
    config.plugs.front().max_connections = 1;
    config.plugs.front().queue.timeout = patience;
    config.plugs.front().affinity = {true, std::chrono::seconds(0), 2};
    memory_engine running(config);
    fail_each_allocation(running, [&]() -> std::size_t {
        std::optional<stream> first;
        try {
            first = stream::connect("127.0.0.1", running.port());
            first->send("x");
            (void)first->receive_until("\n"); // it has the place
        } catch (const std::runtime_error&) {
            first.reset();
        }
        auto second = std::async(std::launch::async, [&] { return ask(running.port()); });
        // It waits, or has come to an end.
        const auto waits_or_ended = [&] {
            return running.running().sessions() == 2 ||
                   second.wait_for(0s) == std::future_status::ready;
        };
        BOOST_TEST(eventually(waits_or_ended));
        running.wait_for_worker([] {});
        std::size_t whole = 0;
        try {
            if (first) {
                first->half_close();
                const auto got = first->receive_to_end();
                whole += got.end == stream_end::orderly && got.bytes == "x" ? 1 : 0;
            }
        } catch (const std::exception&) { // it was reset meanwhile
        }
        const auto outcome = second.get();
        BOOST_TEST((outcome != seen::cut_cleanly));
        return whole + (outcome == seen::whole ? 1 : 0);
    });
}

BOOST_AUTO_TEST_CASE(a_check_goes_on) {
    greeter target;
    auto config = one_plug({target_at(target.address())});
    auto& check = config.plugs.front().check.emplace();
    check.kind = plug::check_kind::send_expect;
    check.expect = "hello";
    check.interval = std::chrono::milliseconds(5);
    memory_engine running(config);
    const auto is_probed_more_than = [&](std::size_t times) {
        return [&target, before = target.accepted(), times] {
            return target.accepted() > before + times;
        };
    };
    std::uint64_t nth = 0;
    for (bool has_failed = true; has_failed;) {
        BOOST_TEST_CONTEXT("allocation " << ++nth) {
            BOOST_REQUIRE(nth < most_allocations);
            {
                const failing_memory failing(nth);
                const auto is_probed = is_probed_more_than(3);
                BOOST_REQUIRE(eventually([&] { return failing.has_failed() || is_probed(); }));
                has_failed = failing.has_failed();
            }
            BOOST_REQUIRE(eventually(is_probed_more_than(1)));
        }
    }
    BOOST_TEST_MESSAGE(nth - 1 << " allocations");
    BOOST_TEST(nth > 2U);
    BOOST_TEST(running.drains());
}

BOOST_AUTO_TEST_CASE(a_reload_that_fails_changes_nothing_and_the_next_one_works) {
    named_server one("one");
    named_server two("two");
    auto config = one_plug({target_at(one.address())});
    config.plugs.front().affinity.enabled = true;
    config.plugs.front().check.emplace().interval = std::chrono::hours(1);
    auto other = config;
    other.plugs.front().targets = {target_at(two.address())};
    other.plugs.push_back(other.plugs.front()); // another address, to be opened and closed
    other.plugs.back().name = "second";
    memory_engine running(config);
    bool is_other = false;
    std::uint64_t nth = 0;
    for (bool has_failed = true; has_failed;) {
        BOOST_TEST_CONTEXT("allocation " << ++nth) {
            BOOST_REQUIRE(nth < most_allocations);
            const auto reload = [&] {
                BOOST_REQUIRE(!running.running().reload(is_other ? config : other));
                is_other = !is_other;
            };
            const auto wanted = is_other ? config : other;
            has_failed = reload_failing(running, wanted, nth, is_other);
            BOOST_REQUIRE(running.running().plug_names().size() == (is_other ? 2U : 1U));
            BOOST_TEST(ask_name(running.port()) == (is_other ? "two" : "one"));
            reload();
            BOOST_TEST(ask_name(running.port()) == (is_other ? "two" : "one"));
            reload();
            BOOST_REQUIRE(is_quiet(running));
        }
    }
    BOOST_TEST_MESSAGE(nth - 1 << " allocations");
    BOOST_TEST(nth > 2U);
    BOOST_TEST(running.drains());
}

BOOST_AUTO_TEST_SUITE_END()
