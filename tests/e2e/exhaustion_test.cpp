// Running out of descriptors pauses accepting, and neither ends nor spins the process.
#include "tests/support/peers/peers.hpp"
#include "tests/support/process/plugs.hpp"
#include "tests/support/process/process.hpp"
#include "tests/support/process/skipping.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <list>

using namespace plug::test;
namespace data = boost::unit_test::data;

namespace {

constexpr std::uint64_t few = 64;

start_options with_few_descriptors() { return {.descriptor_limits = {{few, few}}}; }

/// Clients that connect and keep their connection; more than there are descriptors for.
std::list<stream> crowd(const running_plug& plug, std::size_t count) {
    std::list<stream> clients;
    for (std::size_t i = 0; i < count; ++i)
        clients.push_back(plug.connect());
    return clients;
}

/// Ends the clients that are served until everybody was served; throws when nobody is any more.
std::size_t serve_all(std::list<stream>& clients) {
    std::size_t served = 0;
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (!clients.empty() && std::chrono::steady_clock::now() < deadline) {
        for (auto client = clients.begin(); client != clients.end();) {
            if (client->is_silent_for(0ms)) {
                ++client;
                continue;
            }
            if (client->receive_some() == "target\n")
                ++served;
            client = clients.erase(client);
        }
        std::this_thread::sleep_for(10ms);
    }
    return served;
}

} // namespace

BOOST_AUTO_TEST_SUITE(exhaustion, *posix_only("Windows has no limit of descriptors"))

BOOST_DATA_TEST_CASE(without_descriptors_accepting_pauses_and_goes_on_when_there_are_some,
                     data::make({"1", "4"}), threads) {
    named_server target("target");
    auto plug = start_plug({target.address()}, {"--threads", threads}, with_few_descriptors());
    constexpr std::size_t many = 100;
    auto clients = crowd(plug, many);
    BOOST_TEST(plug.says("[Tt]oo many open files"));
    BOOST_TEST(serve_all(clients) == many);
    BOOST_TEST(clients.empty());
    BOOST_TEST(ask_name(plug.port()) == "target");
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(without_descriptors_the_process_does_not_spin) {
    named_server target("target");
    auto plug = start_plug({target.address()}, {"--threads", "4"}, with_few_descriptors());
    auto clients = crowd(plug, 100);
    BOOST_TEST(plug.says("[Tt]oo many open files"));
    const double before = processor_seconds(plug.process());
    std::this_thread::sleep_for(3s);
    BOOST_TEST(processor_seconds(plug.process()) - before < 1.0);
    // Nor does it fill the log.
    BOOST_TEST(count_matches(plug.errors(), "\n") < 60U, plug.errors());
}

BOOST_AUTO_TEST_CASE(running_out_of_descriptors_never_marks_a_target) {
    named_server target("target");
    named_server spare("spare");
    auto plug = start_plug({target.address(), spare.address()}, {"--first", "--retry", "1h"},
                           with_few_descriptors());
    auto clients = crowd(plug, 100);
    BOOST_TEST(plug.says("[Tt]oo many open files"));
    BOOST_TEST(serve_all(clients) == 100U);
    BOOST_TEST(ask_name(plug.port()) == "target");
    BOOST_TEST(spare.accepted() == 0U);
}

BOOST_AUTO_TEST_CASE(a_stop_while_descriptors_are_out_ends_the_process) {
    named_server target("target");
    auto plug = start_plug({target.address()}, {"--grace", "1s"}, with_few_descriptors());
    auto clients = crowd(plug, 100);
    BOOST_TEST(plug.says("[Tt]oo many open files"));
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(the_soft_limit_is_raised_to_the_hard_one_at_start) {
    named_server target("target");
    auto plug = start_plug({target.address()}, {}, {.descriptor_limits = {{100, 1000}}});
    BOOST_TEST(descriptor_limit(plug.process()) == 1000U);
}

BOOST_AUTO_TEST_CASE(descriptors_are_given_back_by_every_kind_of_session) {
    named_server target("target");
    auto plug = start_plug({closed_address(), target.address()}, {"--retry", "1ms"});
    BOOST_TEST(ask_name(plug.port()) == "target");
    BOOST_TEST(eventually([&] { return target.accepted() == 1; }));
    const auto at_rest = [&] {
        std::size_t least = open_descriptors(plug.process());
        for (int i = 0; i < 20; ++i) {
            std::this_thread::sleep_for(10ms);
            least = std::min(least, open_descriptors(plug.process()));
        }
        return least;
    };
    const auto before = at_rest();
    for (int i = 0; i < 200; ++i) {
        stream client = plug.connect();
        client.send("x");
        if (i % 2 == 0)
            client.reset();
        else
            BOOST_TEST(ask_name(plug.port()) == "target");
    }
    BOOST_TEST(eventually([&] { return open_descriptors(plug.process()) <= before; }));
}

BOOST_AUTO_TEST_SUITE_END()
