// Ten thousand sessions while targets die and return: every client reaches a living target and
// every byte arrives; what is killed in the middle ends in a reset and is counted apart.
#include "tests/support/net/pattern.hpp"
#include "tests/support/peers/peers.hpp"
#include "tests/support/process/plugs.hpp"
#include "tests/support/process/process.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <atomic>
#include <future>
#include <mutex>
#include <set>

using namespace plug::test;
namespace data = boost::unit_test::data;

namespace {

constexpr std::size_t all_sessions = 10'000;
constexpr std::size_t clients_at_once = 16;
constexpr std::size_t steps = 50;

/// What became of the sessions of all clients.
struct tally {
    std::atomic<std::size_t> started = 0;
    /// Sessions that may start by now.
    std::atomic<std::size_t> allowed = 0;
    /// Of each client: odd while a session is under way, another number after each one.
    std::array<std::atomic<std::size_t>, clients_at_once> turns{};
    std::atomic<std::size_t> whole = 0;
    std::atomic<std::size_t> reset = 0;
    std::mutex mutex;
    std::set<std::string> names;
    std::set<std::string> faults;

    void fault(const std::string& what) {
        const std::scoped_lock lock(mutex);
        faults.insert(what);
    }

    void reached(const std::string& name) {
        const std::scoped_lock lock(mutex);
        names.insert(name);
    }

    /// Waits until every session that is under way now has ended.
    void await_running_sessions() {
        for (const auto& turn : turns) {
            const std::size_t before = turn;
            if (before % 2 == 1 && !eventually([&] { return turn != before; }))
                fault("a session is stuck");
        }
    }

    [[nodiscard]] std::string first_faults() const {
        std::string text;
        for (const auto& fault : faults)
            text += fault + "; ";
        return text.substr(0, 2000);
    }
};

/// A few sessions carry much, most carry little.
std::size_t size_of(std::size_t session) {
    return session % 100 == 0 ? 1'000'000 : 1 + session % 3000;
}

void judge(const received& all, const std::string& sent, tally& counts) {
    const auto newline = all.bytes.find('\n');
    const bool is_whole = newline != std::string::npos &&
                          all.bytes.compare(newline + 1, std::string::npos, sent) == 0;
    if (all.end == stream_end::orderly && is_whole) {
        counts.reached(all.bytes.substr(0, newline));
        ++counts.whole;
    } else if (all.end == stream_end::reset) {
        ++counts.reset;
    } else {
        counts.fault("a clean end after " + std::to_string(all.bytes.size()) + " bytes of " +
                     std::to_string(sent.size()));
    }
}

void run_session(std::uint16_t port, std::size_t number, tally& counts) {
    stream client = stream::connect("127.0.0.1", port);
    const std::string sent = pattern(number, 0, size_of(number));
    judge(client.exchange(sent), sent, counts);
}

void run_client(std::uint16_t port, std::size_t sessions, std::size_t client, tally& counts) {
    for (std::size_t number = counts.started++; number < sessions; number = counts.started++) {
        while (number >= counts.allowed)
            std::this_thread::sleep_for(1ms);
        ++counts.turns.at(client);
        try {
            run_session(port, number, counts);
        } catch (const std::exception& error) {
            counts.fault(error.what());
        }
        ++counts.turns.at(client);
    }
}

struct three_targets {
    std::array<named_server, 3> all{named_server("a"), named_server("b"), named_server("c")};

    [[nodiscard]] words addresses() const {
        return {all[0].address(), all[1].address(), all[2].address()};
    }
};

/// Runs `sessions` sessions, in as many parts as there are steps, and `disturb(step)` in front of
/// each part, in the middle of the one before.
template <typename Disturbance>
void run_sessions(std::uint16_t port, std::size_t sessions, tally& counts, Disturbance disturb) {
    std::vector<std::future<void>> clients;
    for (std::size_t i = 0; i < clients_at_once; ++i)
        clients.push_back(
            std::async(std::launch::async, run_client, port, sessions, i, std::ref(counts)));
    for (std::size_t step = 0; step < steps; ++step) {
        disturb(step);
        counts.allowed = (step + 1) * sessions / steps;
        const std::size_t middle = counts.allowed - sessions / steps / 2;
        if (!eventually([&] { return counts.started >= middle; }))
            counts.fault("nothing goes on after " + std::to_string(counts.started));
    }
    for (auto& client : clients)
        client.get();
}

/// Takes one target away, in turn and in each way, after the one before has returned and every
/// client that could have met it away has ended: so two are there for every client from its start
/// to its end.
struct one_after_the_other {
    three_targets& targets;
    tally& counts;
    named_server* away = nullptr;

    void operator()(std::size_t step) {
        if (away != nullptr) {
            away->come_back();
            counts.await_running_sessions();
        }
        away = &targets.all.at(step % 3);
        if (step % 2 == 0)
            away->refuse();
        else
            away->fall_silent();
    }
};

/// At each step all sessions of one target are reset.
struct killing_in_turn {
    three_targets& targets;

    void operator()(std::size_t step) const { targets.all.at(step % 3).reset_connections(); }
};

} // namespace

BOOST_AUTO_TEST_SUITE(resilience)

BOOST_DATA_TEST_CASE(every_client_reaches_a_living_target_and_every_byte_arrives,
                     data::make({"1", "4"}), threads) {
    constexpr std::size_t sessions = all_sessions;
    three_targets targets;
    auto plug =
        start_plug(targets.addresses(), {"--threads", threads, "--retry", "100ms",
                                         "--connect-timeout", "300ms", "--log-connections"});
    tally counts;
    run_sessions(plug.port(), sessions, counts, one_after_the_other{targets, counts});
    BOOST_TEST(counts.whole == sessions);
    BOOST_TEST(counts.reset == 0U);
    BOOST_TEST(counts.faults.empty(), counts.first_faults());
    // All three had their part, so each of them came back.
    BOOST_TEST(counts.names == (std::set<std::string>{"a", "b", "c"}),
               boost::test_tools::per_element());
    BOOST_TEST(plug.stop() == 0);
    BOOST_TEST(count_matches(plug.errors(), "Complete\\.") == sessions);
    BOOST_TEST(count_matches(plug.errors(), "Complete, status=") == 0U);
    // Nearly every step was met by somebody, and in both ways. The number is WSAETIMEDOUT, for
    // which Wine has no text.
    for (const auto* way : {"refused", "(timed out|\\(10060\\))"})
        BOOST_TEST(count_matches(plug.errors(), way + std::string(".*target is down")) > steps / 4,
                   way);
}

BOOST_DATA_TEST_CASE(a_session_whose_target_is_killed_ends_in_a_reset_and_is_counted_apart,
                     data::make({"1", "4"}), threads) {
    constexpr std::size_t sessions = 1'000;
    three_targets targets;
    auto plug = start_plug(targets.addresses(),
                           {"--threads", threads, "--retry", "50ms", "--log-connections"});
    tally counts;
    run_sessions(plug.port(), sessions, counts, killing_in_turn{targets});
    // The last ones are sure to be in the middle when they are killed.
    constexpr std::size_t sure = 20;
    std::vector<stream> clients;
    for (std::size_t i = 0; i < sure; ++i) {
        clients.push_back(plug.connect());
        BOOST_TEST(clients.back().receive_until("\n").size() == 2U);
    }
    for (auto& target : targets.all)
        target.reset_connections();
    for (auto& client : clients)
        BOOST_TEST(client.receive_to_end().end == stream_end::reset);
    BOOST_TEST(counts.faults.empty(), counts.first_faults());
    BOOST_TEST(counts.whole + counts.reset == sessions);
    BOOST_TEST(plug.stop() == 0);
    BOOST_TEST(count_matches(plug.errors(), "Complete\\.") == counts.whole);
    BOOST_TEST(count_matches(plug.errors(), "Complete, status=3\\.") == counts.reset + sure);
}

BOOST_AUTO_TEST_CASE(memory_and_descriptors_do_not_grow_with_the_number_of_sessions) {
    named_server target("target");
    auto plug = start_plug({closed_address(), target.address()}, {"--sticky", "--retry", "1ms"},
                           with_memory_reused());
    tally counts;
    run_sessions(plug.port(), 1000, counts, [](std::size_t) {});
    const auto memory = resident_bytes(plug.process());
    tally more;
    run_sessions(plug.port(), 4000, more, [](std::size_t) {});
    BOOST_TEST(counts.whole == 1000U);
    BOOST_TEST(more.whole == 4000U);
    const auto grown = resident_bytes(plug.process());
    BOOST_TEST((grown < memory || grown - memory < 8U * 1024 * 1024 * memory_factor()),
               grown << " after " << memory);
}

BOOST_AUTO_TEST_SUITE_END()
