// Which ports connects look among: the decisions alone, with a clock of the test's own.
#include "platform/transport/outgoing_ports.hpp"

#include <boost/asio/error.hpp>
#include <boost/test/unit_test.hpp>

#include <set>

namespace platform = plug::platform;
namespace errc = boost::system::errc;
using namespace std::chrono_literals;
using boost::asio::ip::make_address;
using port_memory = platform::outgoing_ports;
using platform::port_choice;
using platform::port_range;
using kind = platform::port_choice::kind;
using method = platform::outgoing_ports::method;

namespace {

/// 2,100 ports: four windows of 512 and a small one.
constexpr port_range ports{40000, 42099};
constexpr std::size_t windows = 5;

platform::ephemeral_ports some_ports() { return {ports, {{41001, 41001}}, 60s}; }
platform::ephemeral_ports untold_ports() { return {}; }

const port_memory::endpoint target{make_address("192.0.2.1"), 80};
const port_memory::endpoint other_target{make_address("2001:db8::1"), 80};
const boost::system::error_code none{};
const boost::system::error_code under_way = boost::asio::error::in_progress;
const auto no_port = make_error_code(errc::address_not_available);
const auto in_use = make_error_code(errc::address_in_use);

struct searching {
    explicit searching(method best = method::windows,
                       platform::ephemeral_ports (*read)() = &some_ports)
        : known(best, read) {}

    platform::port_search begin(const port_memory::endpoint& where = target,
                                std::optional<port_memory::address> source = {}) {
        return {known, where, source, now};
    }

    /// A connect by the system's choice that takes so long and gets the port. Whether the port was
    /// asked for.
    bool connect(std::chrono::microseconds time, std::uint16_t port,
                 const port_memory::endpoint& where = target,
                 std::optional<port_memory::address> source = {}) {
        auto search = begin(where, source);
        BOOST_TEST((search.choice().what == kind::system));
        now += time;
        auto error = under_way;
        BOOST_TEST(!search.goes_on(error, now));
        if (search.wants_port())
            search.learn(port);
        return search.wants_port();
    }

    /// The port that the next connect is given, which then has the outcome.
    port_choice next(boost::system::error_code outcome = none,
                     const port_memory::endpoint& where = target) {
        auto search = begin(where);
        const auto choice = search.choice();
        (void)search.goes_on(outcome, now);
        return choice;
    }

    port_memory known;
    port_memory::time_point now{1h};
};

constexpr std::uint16_t first_half = 40002;
constexpr std::uint16_t second_half = 40003;

/// Tries all choices in vain; how many they were.
std::size_t search_in_vain(searching& some, boost::system::error_code& error) {
    auto search = some.begin();
    for (std::size_t tries = 1;; ++tries) {
        error = no_port;
        if (!search.goes_on(error, some.now))
            return tries;
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(outgoing_ports)

BOOST_AUTO_TEST_CASE(where_connects_are_fast_nothing_is_asked) {
    searching some;
    for (int number = 0; number < 100'000; ++number)
        BOOST_REQUIRE(!some.connect(20us, second_half));
}

BOOST_AUTO_TEST_CASE(of_slow_connects_a_few_are_asked_and_nothing_follows_from_the_usual_ports) {
    searching some;
    int asked = 0;
    for (int number = 0; number < 320; ++number)
        asked += some.connect(5ms, first_half) ? 1 : 0;
    BOOST_TEST(asked == 20);
    BOOST_TEST(some.connect(5ms, 50001)); // another range of ports, chosen by somebody else
    BOOST_TEST((some.next().what == kind::system));
}

BOOST_AUTO_TEST_CASE(
    a_slow_connect_with_a_port_of_the_second_half_leads_to_windows_on_its_way_alone) {
    searching some;
    const auto source = make_address("192.0.2.9");
    BOOST_TEST(some.connect(5ms, second_half, target, source));
    BOOST_TEST((some.begin(target, source).choice().what == kind::window));
    BOOST_TEST((some.begin(target).choice().what == kind::system));
    BOOST_TEST((some.begin(other_target, source).choice().what == kind::system));
}

BOOST_AUTO_TEST_CASE(a_window_stays_until_it_has_no_port_and_all_have_their_turn) {
    searching some;
    some.connect(5ms, second_half);
    std::set<std::uint16_t> begun;
    for (std::size_t number = 0; number < windows; ++number) {
        const auto window = some.next();
        BOOST_TEST((some.next() == window));
        BOOST_TEST((window.ports.first - ports.first) % 512 == 0);
        BOOST_TEST(window.ports.last == std::min(window.ports.first + 511, int{ports.last}));
        begun.insert(window.ports.first);
        auto search = some.begin();
        auto error = no_port;
        BOOST_TEST(search.goes_on(error, some.now));
        BOOST_TEST(!search.needs_new_socket());
        BOOST_TEST((search.choice() != window));
        error = under_way;
        BOOST_TEST(!search.goes_on(error, some.now));
    }
    BOOST_TEST(begun.size() == windows);
    BOOST_TEST(some.known.vain() == windows);
}

BOOST_AUTO_TEST_CASE(when_no_window_has_a_port_that_is_told_and_not_searched_for_each_time) {
    searching some;
    some.connect(5ms, second_half);
    boost::system::error_code error;
    BOOST_TEST(search_in_vain(some, error) == windows);
    BOOST_TEST(error == no_port);
    some.now += 1ms;
    BOOST_TEST((some.next().what == kind::none)); // no system call at all
    some.now += 2ms;
    BOOST_TEST((some.next(no_port).what == kind::window));
    BOOST_TEST((some.next().what == kind::none));
    some.now += 2ms;
    BOOST_TEST((some.next(none).what == kind::window));
    BOOST_TEST((some.next(none).what == kind::window)); // there are some again
    some.now += 100ms;
    BOOST_TEST(search_in_vain(some, error) == windows);
}

BOOST_AUTO_TEST_CASE(a_choice_of_none_ends_in_the_shortage_that_it_is) {
    searching some;
    some.connect(5ms, second_half);
    boost::system::error_code error;
    search_in_vain(some, error);
    auto search = some.begin();
    BOOST_REQUIRE((search.choice().what == kind::none));
    error = {};
    BOOST_TEST(!search.goes_on(error, some.now));
    BOOST_TEST(error == no_port);
}

BOOST_AUTO_TEST_CASE(a_slow_search_of_the_system_that_finds_nothing_counts_as_a_whole_round) {
    searching some;
    auto search = some.begin();
    some.now += 5ms;
    auto error = no_port;
    BOOST_TEST(!search.goes_on(error, some.now));
    BOOST_TEST((some.next().what == kind::none));
    searching fast; // there is no address of this family
    BOOST_TEST((fast.next(no_port).what == kind::system));
    BOOST_TEST((fast.next(no_port).what == kind::system));
}

BOOST_AUTO_TEST_CASE(after_a_minute_the_system_chooses_again_and_each_slow_connect_is_asked) {
    searching some;
    some.connect(5ms, second_half);
    const auto before = some.next(no_port);
    some.now += 60s;
    BOOST_TEST(!some.connect(20us, second_half));
    BOOST_TEST(some.connect(5ms, first_half));
    BOOST_TEST(some.connect(5ms, second_half));
    const auto after = some.next();
    BOOST_TEST((after.what == kind::window));
    BOOST_TEST((after != before)); // it goes on from there
}

BOOST_AUTO_TEST_CASE(another_error_ends_the_search) {
    searching some;
    some.connect(5ms, second_half);
    auto search = some.begin();
    boost::system::error_code refused = boost::asio::error::connection_refused;
    BOOST_TEST(!search.goes_on(refused, some.now));
    BOOST_TEST(refused == boost::asio::error::connection_refused);
}

BOOST_AUTO_TEST_CASE(workers_begin_in_different_windows) {
    std::set<std::uint16_t> begun;
    for (std::size_t number = 0; number < windows; ++number) {
        searching some;
        some.connect(5ms, second_half);
        begun.insert(some.next().ports.first);
    }
    BOOST_TEST(begun.size() >= 3U);
}

BOOST_AUTO_TEST_CASE(more_ways_than_are_kept_push_out_the_one_of_the_longest_rest) {
    searching some;
    const auto way = [](int number) {
        return port_memory::endpoint{target.address(), static_cast<std::uint16_t>(1 + number)};
    };
    for (int number = 0; number < 33; ++number) {
        auto search = some.begin(way(number));
        some.now += 1ms;
        auto error = no_port;
        (void)search.goes_on(error, some.now);
    }
    some.now += 2ms;
    BOOST_TEST((some.begin(way(0)).choice().what == kind::system));
    BOOST_TEST((some.begin(way(1)).choice().what == kind::window));
    BOOST_TEST((some.begin(way(32)).choice().what == kind::window));
}

BOOST_AUTO_TEST_CASE(where_the_range_is_not_told_or_nothing_can_be_done_the_system_chooses) {
    searching some(method::windows, &untold_ports);
    some.connect(5ms, second_half);
    BOOST_TEST((some.next().what == kind::system));
    searching none_at_all(method::none);
    BOOST_TEST(!none_at_all.connect(5ms, second_half));
    BOOST_TEST((none_at_all.next().what == kind::system));
}

BOOST_AUTO_TEST_CASE(a_system_without_windows_is_given_ports_of_the_second_half) {
    searching some;
    some.connect(5ms, second_half);
    auto search = some.begin();
    search.refuse_windows(some.now);
    BOOST_TEST((search.choice().what == kind::one));
    BOOST_TEST(search.choice().ports.first % 2 == 1);
    BOOST_TEST(search.chosen_local() ==
               port_memory::endpoint(make_address("0.0.0.0"), search.choice().ports.first));
    BOOST_TEST((some.known.used() == method::own_choice));
    BOOST_TEST((some.next().what == kind::one));
}

BOOST_AUTO_TEST_CASE(own_choices_take_turns_through_all_ports_but_reserved_ones) {
    searching some(method::own_choice);
    some.connect(5ms, second_half);
    std::vector<std::uint16_t> chosen;
    for (int number = 0; number < 2099; ++number)
        chosen.push_back(some.next().ports.first);
    const std::set<std::uint16_t> different(chosen.begin(), chosen.end());
    BOOST_TEST(different.size() == 2099U);
    BOOST_TEST(!different.contains(41001));
    BOOST_TEST(some.next().ports.first == chosen.front()); // the one of the longest rest
}

BOOST_AUTO_TEST_CASE(the_port_of_the_target_is_no_own_choice) {
    searching some(method::own_choice);
    const port_memory::endpoint beside{target.address(), 40101};
    some.connect(5ms, second_half, beside);
    for (int number = 0; number < 2099; ++number)
        BOOST_REQUIRE(some.next(none, beside).ports.first != 40101);
}

BOOST_AUTO_TEST_CASE(an_own_choice_that_is_in_use_leads_further_each_time_and_then_to_the_system) {
    searching some(method::own_choice);
    some.connect(5ms, second_half);
    auto search = some.begin();
    std::set<std::uint16_t> tried;
    boost::system::error_code error = in_use;
    while (search.choice().what == kind::one) {
        tried.insert(search.choice().ports.first);
        BOOST_REQUIRE(search.goes_on(error, some.now));
        BOOST_TEST(search.needs_new_socket());
    }
    BOOST_TEST(tried.size() >= 12U);
    BOOST_TEST(*tried.rbegin() - *tried.begin() > 1000); // far apart
    BOOST_TEST((search.choice().what == kind::system));
    some.now += 5ms;
    error = no_port;
    BOOST_TEST(!search.goes_on(error, some.now));
    BOOST_TEST((some.next().what == kind::none));
    some.now += 2ms;
    BOOST_TEST(search_in_vain(some, error) == 2U);
    BOOST_TEST(error == no_port);
}

BOOST_AUTO_TEST_CASE(reserved_ports_do_not_count) {
    BOOST_TEST(some_ports().count() == 2099U);
    BOOST_TEST(untold_ports().count() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
