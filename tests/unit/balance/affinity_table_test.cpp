// The affinity table: exact, bounded, with expiry.
#include "core/balance/affinity_table.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <deque>
#include <optional>
#include <random>
#include <string>

using namespace std::chrono_literals;

namespace {

using table = plug::affinity_table;
using boost::asio::ip::address;

const table::time_point start{1h};

address client(const char* text) { return boost::asio::ip::make_address(text); }
address numbered(std::uint32_t number) { return boost::asio::ip::address_v4(number); }

constexpr int nothing = -1;

// The target that `who` is remembered with.
int find(table& clients, const address& who, table::time_point now) {
    const auto found = clients.find(who, now);
    return found ? static_cast<int>(found->target) : nothing;
}

} // namespace

BOOST_AUTO_TEST_SUITE(affinity_table)

BOOST_AUTO_TEST_CASE(a_client_is_found_with_its_target) {
    table clients(10, 1h);
    clients.assign(client("192.0.2.1"), 2, start);
    clients.assign(client("192.0.2.2"), 1, start);
    BOOST_TEST(find(clients, client("192.0.2.1"), start) == 2);
    BOOST_TEST(find(clients, client("192.0.2.2"), start) == 1);
    BOOST_TEST(find(clients, client("192.0.2.3"), start) == nothing);
}

BOOST_AUTO_TEST_CASE(a_v4_mapped_client_is_that_ipv4_client) {
    table clients(10, 1h);
    clients.assign(client("192.0.2.1"), 2, start);
    BOOST_TEST(find(clients, client("::ffff:192.0.2.1"), start) == 2);
    clients.assign(client("::ffff:192.0.2.1"), 3, start);
    BOOST_TEST(find(clients, client("192.0.2.1"), start) == 3);
    BOOST_TEST(clients.size() == 1U);
}

BOOST_AUTO_TEST_CASE(ipv6_clients_differ_in_every_bit) {
    table clients(10, 1h);
    clients.assign(client("2001:db8::1"), 1, start);
    clients.assign(client("2001:db9::1"), 2, start);
    clients.assign(client("2001:db8::2"), 3, start);
    BOOST_TEST(find(clients, client("2001:db8::1"), start) == 1);
    BOOST_TEST(find(clients, client("2001:db9::1"), start) == 2);
    BOOST_TEST(find(clients, client("2001:db8::2"), start) == 3);
}

BOOST_AUTO_TEST_CASE(an_idle_client_is_forgotten_when_its_time_is_over) {
    table clients(10, 60s);
    clients.assign(client("192.0.2.1"), 2, start);
    BOOST_TEST(find(clients, client("192.0.2.1"), start + 60s) == nothing);
    BOOST_TEST(clients.size() == 0U);
}

BOOST_AUTO_TEST_CASE(every_use_renews_the_time) {
    table clients(10, 60s);
    clients.assign(client("192.0.2.1"), 2, start);
    for (int uses = 1; uses <= 10; ++uses) {
        BOOST_TEST(find(clients, client("192.0.2.1"), start + uses * 59s) == 2);
    }
    clients.assign(client("192.0.2.1"), 2, start + 11 * 59s);
    BOOST_TEST(find(clients, client("192.0.2.1"), start + 12 * 59s) == 2);
}

BOOST_AUTO_TEST_CASE(the_expiry_of_one_client_does_not_move_another) {
    table clients(10, 60s);
    for (std::uint32_t each = 0; each < 10; ++each) {
        clients.assign(numbered(each), each, start + each * 1s);
    }
    const auto later = start + 64s; // clients 0 to 4 are over, 5 to 9 are not
    for (std::uint32_t each = 0; each < 10; ++each) {
        BOOST_TEST(find(clients, numbered(each), later) ==
                   (each < 5 ? nothing : static_cast<int>(each)));
    }
}

BOOST_AUTO_TEST_CASE(a_client_that_has_expired_is_not_found_behind_a_crowd_of_expired_ones) {
    table clients(1000, 60s);
    for (std::uint32_t each = 0; each < 1000; ++each) {
        clients.assign(numbered(each), 1, start);
    }
    BOOST_TEST(find(clients, numbered(999), start + 61s) == nothing);
    clients.assign(numbered(999), 2, start + 61s);
    BOOST_TEST(find(clients, numbered(999), start + 61s) == 2);
}

BOOST_AUTO_TEST_CASE(expired_clients_are_cleaned_up_by_later_calls) {
    table clients(1000, 60s);
    for (std::uint32_t each = 0; each < 1000; ++each) {
        clients.assign(numbered(each), 1, start);
    }
    for (int calls = 0; calls < 1000; ++calls) {
        clients.find(client("2001:db8::1"), start + 61s);
    }
    BOOST_TEST(clients.size() == 0U);
}

BOOST_AUTO_TEST_CASE(when_it_is_full_the_oldest_unused_client_goes_first) {
    table clients(3, 1h);
    clients.assign(numbered(1), 1, start);
    clients.assign(numbered(2), 2, start + 1s);
    clients.assign(numbered(3), 3, start + 2s);
    clients.find(numbered(1), start + 3s); // now client 2 is the one unused for longest
    clients.assign(numbered(4), 4, start + 4s);
    BOOST_TEST(clients.size() == 3U);
    BOOST_TEST(find(clients, numbered(2), start + 5s) == nothing);
    BOOST_TEST(find(clients, numbered(1), start + 5s) == 1);
    BOOST_TEST(find(clients, numbered(3), start + 5s) == 3);
    BOOST_TEST(find(clients, numbered(4), start + 5s) == 4);
}

BOOST_AUTO_TEST_CASE(assigning_a_known_client_again_costs_no_entry) {
    table clients(2, 1h);
    clients.assign(numbered(1), 1, start);
    clients.assign(numbered(2), 2, start);
    clients.assign(numbered(1), 5, start);
    clients.assign(numbered(3), 3, start); // client 2 is older by use
    BOOST_TEST(find(clients, numbered(1), start) == 5);
    BOOST_TEST(find(clients, numbered(2), start) == nothing);
    BOOST_TEST(find(clients, numbered(3), start) == 3);
}

BOOST_AUTO_TEST_CASE(a_million_clients_leave_as_many_entries_as_there_is_room) {
    constexpr std::uint32_t room = 100'000;
    constexpr std::uint32_t crowd = 1'000'000;
    table clients(room, 1h);
    auto now = start;
    for (std::uint32_t each = 0; each < crowd; ++each) {
        clients.assign(numbered(each), each % 7, now += 1us);
    }
    BOOST_TEST(clients.size() == room);
    std::uint32_t wrong = 0;
    for (std::uint32_t each = 0; each < crowd; ++each) {
        const bool kept = each >= crowd - room;
        wrong +=
            find(clients, numbered(each), now) != (kept ? static_cast<int>(each % 7) : nothing);
    }
    BOOST_TEST(wrong == 0U);
}

BOOST_AUTO_TEST_CASE(a_client_that_holds_a_connection_does_not_expire) {
    table clients(10, 60s);
    auto* const who = clients.assign(numbered(1), 2, start);
    clients.connection_began(*who);
    clients.connection_began(*who);
    table::connection_ended(*who, start + 1h); // it has another one
    BOOST_TEST(find(clients, numbered(1), start + 2h) == 2);
    BOOST_TEST((clients.look_up(numbered(1), start + 2h)->left == 60s));
    table::connection_ended(*who, start + 3h);
    BOOST_TEST((clients.look_up(numbered(1), start + 3h + 1s)->left == 59s));
    BOOST_TEST(find(clients, numbered(1), start + 3h + 60s) == nothing);
    BOOST_TEST(clients.size() == 0U);
}

BOOST_AUTO_TEST_CASE(one_that_holds_a_connection_keeps_no_expired_ones_from_being_cleaned_up) {
    table clients(10, 60s);
    auto* const holding = clients.assign(numbered(1), 1, start);
    clients.connection_began(*holding);
    clients.assign(numbered(2), 2, start);
    clients.assign(numbered(3), 3, start);
    BOOST_TEST(find(clients, numbered(9), start + 1h) == nothing);
    BOOST_TEST(clients.size() == 1U);
    table::connection_ended(*holding, start + 2h);
}

BOOST_AUTO_TEST_CASE(when_it_is_full_an_idle_client_goes_before_one_that_holds_a_connection) {
    table clients(2, 1h);
    auto* const first = clients.assign(numbered(1), 1, start);
    clients.connection_began(*first);
    clients.assign(numbered(2), 2, start + 1s);
    auto* const third = clients.assign(numbered(3), 3, start + 2s);
    BOOST_TEST(find(clients, numbered(2), start + 2s) == nothing);
    clients.connection_began(*third);
    clients.assign(numbered(4), 4, start + 3s); // the first one is forgotten, and holds on
    BOOST_TEST(clients.size() == 2U);
    BOOST_TEST(find(clients, numbered(1), start + 3s) == nothing);
    BOOST_TEST(find(clients, numbered(3), start + 3s) == 3);
    clients.assign(numbered(1), 5, start + 4s); // comes back, while that goes on
    table::connection_ended(*first, start + 5s);
    BOOST_TEST(find(clients, numbered(1), start + 5s) == 5);
    BOOST_TEST(clients.size() == 2U);
    table::connection_ended(*third, start + 6s);
}

BOOST_AUTO_TEST_CASE(the_table_that_takes_over_hears_of_the_connections_that_it_counts) {
    const std::optional<std::uint32_t> same[]{0, 1};
    table next(10, 60s);
    {
        table before(10, 60s);
        auto* const who = before.assign(numbered(1), 1, start);
        before.connection_began(*who);
        next.take_over(before, same);
        // A session that was about to go on there finds what was known, and counts by itself.
        const auto known = before.find(numbered(1), start + 59s);
        BOOST_TEST_REQUIRE(known.has_value());
        BOOST_TEST(known->target == 1U);
        before.connection_began(*known->who);
        table::connection_ended(*known->who, start + 1h);
        BOOST_TEST(find(next, numbered(1), start + 1h) == 1);
        before.let_go_of_those_in_use();
        table::connection_ended(*who, start + 1h);
    }
    BOOST_TEST(find(next, numbered(1), start + 1h + 59s) == 1);
    BOOST_TEST(find(next, numbered(1), start + 1h + 119s) == nothing);
}

BOOST_AUTO_TEST_CASE(a_client_that_holds_a_connection_outlives_its_table) {
    plug::sticky_client* who = nullptr;
    {
        table before(10, 60s);
        who = before.assign(numbered(1), 1, start);
        before.connection_began(*who);
        before.connection_began(*who);
        const std::optional<std::uint32_t> gone[]{0, std::nullopt};
        table next(10, 60s);
        next.take_over(before, gone);
        BOOST_TEST(next.size() == 0U);
        BOOST_TEST(find(before, numbered(1), start) == 1);
    }
    table::connection_ended(*who, start);
    BOOST_TEST(who->connections == 1U);
    table::connection_ended(*who, start); // a leak checker finds it where this does not free it
}

BOOST_AUTO_TEST_CASE(a_table_that_takes_over_twice_as_many_keeps_to_its_room) {
    const std::optional<std::uint32_t> same[]{0, 1};
    table before(4, 60s);
    plug::sticky_client* held[4];
    for (std::uint32_t each = 0; each < 4; ++each) {
        held[each] = before.assign(numbered(each), 1, start);
        before.connection_began(*held[each]);
    }
    table next(2, 60s);
    next.take_over(before, same);
    BOOST_TEST(next.size() == 2U);
    BOOST_TEST(before.size() == 4U);
    for (auto* const each : held) {
        table::connection_ended(*each, start + 1s);
    }
    BOOST_TEST(find(next, numbered(3), start + 1s) == 1);
    BOOST_TEST(find(next, numbered(0), start + 1s) == nothing);
}

// The same as the table in the plainest way: a list, searched from end to end.
class plain_table {
public:
    std::optional<std::uint32_t> find(std::uint32_t wanted, table::time_point now) {
        for (auto at = known_.begin(); at != known_.end(); ++at) {
            if (at->who == wanted && now - at->used < timeout) {
                auto found = *at;
                found.used = now;
                known_.erase(at);
                known_.push_back(found);
                return found.target;
            }
        }
        return std::nullopt;
    }
    void assign(std::uint32_t who, std::uint32_t target, table::time_point now) {
        std::erase_if(known_, [&](const row& each) { return each.who == who; });
        std::erase_if(known_, [&](const row& each) { return now - each.used >= timeout; });
        if (known_.size() == room) {
            known_.pop_front();
        }
        known_.push_back({who, target, now});
    }

    static constexpr std::size_t room = 20;
    static constexpr auto timeout = 60s;

private:
    struct row {
        std::uint32_t who;
        std::uint32_t target;
        table::time_point used;
    };
    std::deque<row> known_; // oldest use first
};

BOOST_AUTO_TEST_CASE(it_agrees_with_a_plain_list_through_a_hundred_thousand_random_steps) {
    table clients(plain_table::room, plain_table::timeout);
    plain_table expected;
    std::mt19937 random(7);
    auto now = start;
    int wrong = 0;
    for (std::uint32_t step = 0; step < 100'000; ++step) {
        now += std::chrono::seconds(random() % 5);
        const auto who = static_cast<std::uint32_t>(random() % 30);
        const auto found = clients.find(numbered(who), now);
        const auto target = found ? std::optional(found->target) : std::nullopt;
        wrong += target != expected.find(who, now);
        if (!found) {
            clients.assign(numbered(who), step, now);
            expected.assign(who, step, now);
        }
    }
    BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_SUITE_END()
