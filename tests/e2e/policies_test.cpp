// The policies, weights and backups of a configuration file, between real sockets.
#include "tests/support/net/ports.hpp"
#include "tests/support/peers/https_proxy.hpp"
#include "tests/support/peers/peers.hpp"
#include "tests/support/process/plugs.hpp"
#include "tests/support/process/temporary_directory.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <fstream>
#include <map>
#include <optional>

using namespace plug::test;
namespace data = boost::unit_test::data;

namespace {

/// Three targets and a plug in front of them, from a file.
struct balanced {
    /// `keys` are those of the plug, `settings` what each target says beside its address.
    balanced(int threads, const std::string& keys, const std::array<std::string, 3>& settings) {
        std::ofstream file(directory / "plug.toml", std::ios::binary);
        file << "[process]\nthreads = " << threads << "\n[plug.web]\nlisten = \""
             << join("127.0.0.1", port) << "\"\n"
             << keys;
        for (std::size_t each = 0; each < settings.size(); ++each)
            file << "[[plug.web.target]]\naddress = \"" << targets.at(each).address() << "\"\n"
                 << settings.at(each);
        file.close();
        plug.emplace(port, words{"run", "--config", (directory / "plug.toml").string()});
    }

    /// How often each target answers.
    [[nodiscard]] std::map<std::string, std::size_t> ask(std::size_t times) const {
        std::map<std::string, std::size_t> counts;
        for (const auto& name : ask_names(port, times))
            ++counts[name];
        return counts;
    }

    std::array<named_server, 3> targets{named_server("a"), named_server("b"), named_server("c")};
    temporary_directory directory;
    std::uint16_t port = reserve_port();
    std::optional<running_plug> plug;
};

using counts = std::map<std::string, std::size_t>;

} // namespace

BOOST_AUTO_TEST_SUITE(policies)

BOOST_DATA_TEST_CASE(round_robin_gives_each_target_its_weight, data::make({1, 4}), threads) {
    const balanced web(threads, "", {"weight = 3\n", "weight = 2\n", "weight = 1\n"});
    BOOST_TEST((web.ask(60) == counts{{"a", 30}, {"b", 20}, {"c", 10}}));
}

BOOST_DATA_TEST_CASE(a_backup_serves_while_no_other_target_does, data::make({1, 4}), threads) {
    balanced web(threads, "retry = \"100ms\"\n", {"", "", "backup = true\n"});
    BOOST_TEST((web.ask(20) == counts{{"a", 10}, {"b", 10}}));
    web.targets[0].refuse();
    web.targets[1].refuse();
    BOOST_TEST((web.ask(20) == counts{{"c", 20}}));
    web.targets[0].come_back();
    BOOST_TEST(eventually([port = web.port] { return ask_name(port) == "a"; }));
}

BOOST_DATA_TEST_CASE(a_target_of_weight_0_gets_no_clients, data::make({1, 4}), threads) {
    const balanced web(threads, "", {"", "weight = 0\n", ""});
    BOOST_TEST((web.ask(20) == counts{{"a", 10}, {"c", 10}}));
}

BOOST_DATA_TEST_CASE(connect_times_turn_random_two_to_the_target_that_connects_sooner,
                     data::make({1, 4}), threads) {
    const named_server near("near");
    const named_server far("far");
    tunnel_proxy proxy;
    proxy.hold_up(far.address(), 200ms);
    const auto plug = start_plug({near.address(), far.address()},
                                 {"--via", proxy.address(), "--policy", "random-two",
                                  "--weigh-connect-time", "--threads", std::to_string(threads)});
    counts found;
    for (const auto& name : ask_names(plug.port(), 40))
        ++found[name];
    // Half of them would be its share. On a busy machine the near one may be slow at times.
    BOOST_TEST(found["far"] <= 12U);
}

BOOST_DATA_TEST_CASE(least_connections_evens_out_what_runs, data::make({1, 4}), threads) {
    const balanced web(threads, "policy = \"least-connections\"\n", {"weight = 2\n", "", ""});
    std::vector<stream> held;
    counts running;
    for (int each = 0; each < 16; ++each) {
        held.push_back(web.plug->connect());
        ++running[held.back().receive_until("\n")];
    }
    BOOST_TEST((running == counts{{"a\n", 8}, {"b\n", 4}, {"c\n", 4}}));
}

BOOST_DATA_TEST_CASE(random_two_uses_every_target, data::make({1, 4}), threads) {
    const balanced web(threads, "policy = \"random-two\"\n", {"", "", ""});
    const auto answered = web.ask(60);
    BOOST_TEST(answered.size() == 3U);
}

BOOST_DATA_TEST_CASE(source_hash_sends_a_client_to_one_target_and_moves_no_other_when_one_dies,
                     data::make({1, 4}), threads) {
    balanced web(threads, "policy = \"source-hash\"\n",
                 {"name = \"a\"\n", "name = \"b\"\n", "name = \"c\"\n"});
    std::map<std::string, std::string> homes;
    counts spread;
    for (int client = 1; client <= 30; ++client) {
        const auto from = "127.0.8." + std::to_string(client);
        const auto names = ask_names(web.port, 3, from);
        BOOST_TEST(names == words(3, names.front()), boost::test_tools::per_element());
        homes[from] = names.front();
        ++spread[names.front()];
    }
    // The hash is fixed, and so are these shares.
    BOOST_TEST(spread.size() == 3U);
    web.targets[1].refuse();
    for (const auto& [from, home] : homes) {
        const auto now = ask_names(web.port, 1, from).front();
        BOOST_TEST((home == "b" ? now != "b" : now == home), from << " went to " << now);
    }
}

BOOST_AUTO_TEST_SUITE_END()
