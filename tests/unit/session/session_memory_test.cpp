// What becomes of a session when one allocation fails, whichever it is: over the scripted
// transport, where no system hides any.
#include "tests/support/transport/failing_memory.hpp"
#include "tests/unit/session/scripted_plug.hpp"

#include <boost/test/unit_test.hpp>

#include <new>

using namespace std::chrono_literals;
using namespace plug::testing;
using plug::test::failing_memory;
using plug::test::let_memory_fail_here;
using plug::test::memory_is_spared;

namespace {

/// A sink of its own, as the other one may not fail.
class counting_sink final : public plug::event_sink {
public:
    void publish(plug::event happened) noexcept override {
        if (const auto* const ended = std::get_if<plug::session_ended>(&happened)) {
            ++ended_;
            completed_ += ended->record.end == plug::session_end::completed ? 1 : 0;
        }
    }
    int ended_ = 0;
    int completed_ = 0;
};

/// One plug on one worker.
struct lone_plug {
    explicit lone_plug(const plug::plug_config& config)
        : plug(std::make_shared<plug::plug_runtime>(config, events, nullptr)),
          where(std::make_shared<plug::listening>(
              plug::listening{plug, std::make_shared<const plug::listener_label>(), {}})) {}

    /// Runs what is ready, as a worker does: an exception does not end it.
    void settle() {
        while (true) {
            try {
                return net.settle();
            } catch (const std::bad_alloc&) { // the worker would tell it
            }
        }
    }

    void advance(std::chrono::milliseconds time) {
        while (true) {
            try {
                return net.advance(time);
            } catch (const std::bad_alloc&) {
            }
        }
    }

    std::shared_ptr<far_end> begin() {
        std::shared_ptr<far_end> remote;
        std::unique_ptr<plug::session> begun;
        {
            const memory_is_spared spared;
            remote = std::make_shared<far_end>(far_end{client_address});
            begun = std::make_unique<plug::session>(where, runner, net.accepted(remote));
        }
        try {
            plug::session::begin(std::move(begun));
        } catch (const std::bad_alloc&) { // the listener would pause
        }
        settle();
        return remote;
    }

    void end_relays() {
        while (!net.relays.empty()) {
            net.relays.front()->end({});
            settle();
        }
    }

    counting_sink events;
    plug::census counted{1000};
    plug::worker runner{counted, {}};
    plug::platform::network::state& net = runner.network().self();
    std::shared_ptr<plug::plug_runtime> plug;
    std::shared_ptr<plug::listening> where;
};

/// Lets each allocation of `life` fail in turn, each time on a plug of its own.
template <typename Life> void fail_each_allocation(const plug::plug_config& config, Life life) {
    std::uint64_t nth = 0;
    for (bool has_failed = true; has_failed;) {
        BOOST_TEST_CONTEXT("allocation " << ++nth) {
            lone_plug scripted(config);
            {
                const failing_memory failing(nth);
                let_memory_fail_here(true);
                life(scripted);
                let_memory_fail_here(false);
                has_failed = failing.has_failed();
            }
            scripted.advance(1min);
            BOOST_TEST(scripted.counted.sessions() == 0U);
            BOOST_TEST(scripted.plug->targets.connections(0) == 0U);
            const auto before = scripted.events.completed_;
            scripted.begin();
            scripted.end_relays();
            BOOST_TEST(scripted.events.completed_ == before + 1); // the next one
            BOOST_TEST(scripted.counted.sessions() == 0U);
        }
    }
    BOOST_TEST_MESSAGE(nth - 1 << " allocations");
    BOOST_TEST(nth > 2U);
}

/// A client that was not served whole was reset.
void serve_one(lone_plug& scripted) {
    const auto client = scripted.begin();
    scripted.advance(1s);
    scripted.end_relays();
    const bool whole = scripted.events.completed_ == 1;
    BOOST_TEST((client->now == (whole ? far_end::state::closed : far_end::state::reset)));
}

} // namespace

BOOST_AUTO_TEST_SUITE(session_memory)

BOOST_AUTO_TEST_CASE(a_session_is_completed_or_reset) {
    fail_each_allocation(config_with(1), serve_one);
}

BOOST_AUTO_TEST_CASE(a_session_that_goes_to_the_next_target_is_completed_or_reset) {
    auto config = config_with(2);
    config.policy = plug::policy::first;
    fail_each_allocation(config, [](lone_plug& scripted) {
        scripted.net.on_connect = [](far_end& remote) {
            if (remote.address == target_address(0)) {
                remote.answer = refused;
            }
        };
        serve_one(scripted);
    });
}

BOOST_AUTO_TEST_CASE(clients_that_wait_are_served_reset_or_sent_away) {
    auto config = config_with(1);
    config.max_connections = 1;
    config.affinity.enabled = true;
    fail_each_allocation(config, [](lone_plug& scripted) {
        scripted.begin();
        scripted.begin();
        scripted.begin();
        for (int each = 0; each < 3; ++each) { // one makes room for the next
            scripted.end_relays();
            scripted.advance(1s);
        }
    });
}

BOOST_AUTO_TEST_SUITE_END()
