// The connect of the Linux transport while ports rest, by each way to choose a port.
#include "platform/transport/linux/connect_outgoing.hpp"
#include "tests/support/net/resting_ports.hpp"
#include "tests/support/process/namespaces.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <time.h>

#include <ostream>
#include <stdexcept>
#include <vector>

using namespace plug::test;
namespace data = boost::unit_test::data;
namespace platform = plug::platform;
using method = platform::outgoing_ports::method;

namespace plug::platform {

static std::ostream& operator<<(std::ostream& out, outgoing_ports::method how) {
    return out << (how == outgoing_ports::method::windows ? "windows" : "own choice");
}

} // namespace plug::platform

namespace {

double processor_time_of_thread() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

/// Processor time of this thread for each of `count` connections, which it closes at once.
double cost_of_a_connect(platform::outgoing_ports& ports, const quiet_target& target,
                         const platform::connect_options& options, std::size_t count) {
    const platform::endpoint where(platform::asio::ip::make_address(target.host()), target.port());
    const double before = processor_time_of_thread();
    for (std::size_t number = 0; number < count; ++number) {
        platform::error_code error;
        const auto socket = platform::connect_outgoing(ports, where, options, error);
        if (error && error != platform::asio::error::in_progress)
            throw boost::system::system_error(error);
    }
    return (processor_time_of_thread() - before) / static_cast<double>(count);
}

/// As if a slow connect to `target` had got a port of the second half.
void find_crowded(platform::outgoing_ports& ports, const platform::endpoint& target) {
    const auto now = platform::clock::now();
    platform::port_search slow(ports, target, {}, now - 1s);
    platform::error_code error;
    (void)slow.goes_on(error, now);
    if (!slow.wants_port())
        throw std::runtime_error("a slow connect is not looked at");
    slow.learn(30001);
}

} // namespace

BOOST_AUTO_TEST_SUITE(connect_outgoing_linux, *boost::unit_test::precondition(is_root))

BOOST_DATA_TEST_CASE(a_connect_costs_about_the_same_while_25000_ports_rest,
                     data::make({method::windows, method::own_choice}) *
                         data::make({"127.0.0.1", "::1"}),
                     how, host) {
    in_own_network([&] {
        set_network_setting("net/ipv4/tcp_tw_reuse", "0");
        quiet_target target(host);
        platform::outgoing_ports ports(how);
        const platform::connect_options options{.source = platform::asio::ip::make_address(host)};
        constexpr std::size_t connects = 2000;
        const double at_none = cost_of_a_connect(ports, target, options, connects);
        BOOST_TEST(ports.vain() == 0U);
        BOOST_TEST(let_ports_rest(target, host, 10'900) + connects > 25'000U);
        const double at_many = cost_of_a_connect(ports, target, options, connects);
        BOOST_TEST_MESSAGE("microseconds: " << at_none * 1e6 << " at none, " << at_many * 1e6
                                            << " at 25,000; in vain " << ports.vain());
        BOOST_TEST((ports.used() == how));
        BOOST_TEST(ports.vain() < 200U);
        BOOST_TEST(at_many < 8 * at_none);
    });
}

BOOST_DATA_TEST_CASE(when_the_last_port_is_used_that_is_told_without_a_search_for_each_connect,
                     data::make({method::windows, method::own_choice}), how) {
    in_own_network([&] {
        const listener target;
        set_network_setting("net/ipv4/ip_local_port_range", "30000 30599");
        const platform::endpoint where(platform::asio::ip::make_address(target.host()),
                                       target.port());
        platform::outgoing_ports ports(how);
        find_crowded(ports, where);
        platform::error_code error;
        std::vector<platform::descriptor> open;
        const auto connects = [&] {
            auto socket = platform::connect_outgoing(ports, where, {}, error);
            open.push_back(std::move(socket));
            return !error || error == platform::asio::error::in_progress;
        };
        while (connects()) {
        }
        BOOST_TEST(error == boost::system::errc::address_not_available);
        BOOST_TEST(open.size() == 601U);
        const auto before = ports.vain();
        const auto began = platform::clock::now();
        for (int number = 0; number < 1000; ++number)
            BOOST_TEST(!connects());
        BOOST_TEST(error == boost::system::errc::address_not_available);
        const auto milliseconds = (platform::clock::now() - began) / 1ms;
        const auto rounds = static_cast<std::uint64_t>(milliseconds / 100 + 2);
        const auto rests = static_cast<std::uint64_t>(milliseconds / 2 + 2);
        BOOST_TEST(ports.vain() - before <= 16 * rounds + 2 * rests);
    });
}

BOOST_AUTO_TEST_SUITE_END()
