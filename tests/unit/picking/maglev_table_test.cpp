// The table of the source hash: the same everywhere, fair, and calm when a target is lost.
#include "core/picking/maglev_table.hpp"

#include "core/picking/random_numbers.hpp"
#include "core/picking/stable_hash.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace {

using plug::random_numbers;
using table = plug::maglev_table;
using targets = std::vector<table::target>;

const auto anybody = [](std::uint32_t) { return true; };
const auto nobody = [](std::uint32_t) { return false; };

targets numbered(std::uint32_t count, std::uint32_t weight = 1) {
    targets made;
    for (std::uint32_t each = 0; each < count; ++each) {
        made.push_back(
            {"10.0." + std::to_string(each / 256) + "." + std::to_string(each % 256) + ":443",
             weight, each});
    }
    return made;
}

targets weighted(std::uint32_t count, std::uint32_t highest, std::uint32_t seed) {
    random_numbers random(seed);
    auto made = numbered(count);
    for (auto& each : made) {
        each.weight = 1 + random.below(highest);
    }
    return made;
}

// 10.x.y.z, v4-mapped.
table::address_bytes client(std::uint32_t number) {
    return {0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0,
            0xff,
            0xff,
            10,
            static_cast<unsigned char>(number >> 16),
            static_cast<unsigned char>(number >> 8),
            static_cast<unsigned char>(number)};
}

std::vector<std::uint32_t> entries_of(const table& made) {
    return {made.entries().begin(), made.entries().end()};
}

std::uint64_t fingerprint(const table& made) {
    std::string text;
    for (const auto each : made.entries()) {
        text += std::to_string(each) + " ";
    }
    return plug::stable_hash(text, 0);
}

// The algorithm as the paper prints it, for equal weights, with the hashes as they are here.
std::vector<std::uint32_t> as_in_the_paper(const targets& sorted, std::size_t size) {
    std::vector<std::uint32_t> entry(size, UINT32_MAX);
    std::vector<std::size_t> next(sorted.size());
    for (std::size_t filled = 0;;) {
        for (std::size_t each = 0; each < sorted.size(); ++each) {
            const auto offset = plug::stable_hash(sorted[each].name, 0x6f66667365740000ULL) % size;
            const auto skip =
                plug::stable_hash(sorted[each].name, 0x736b697000000000ULL) % (size - 1) + 1;
            std::size_t place = 0;
            do {
                place = (offset + next[each]++ * skip) % size;
            } while (entry[place] != UINT32_MAX);
            entry[place] = sorted[each].slot;
            if (++filled == size) {
                return entry;
            }
        }
    }
}

// Of all entries, how many belonged to another target than `lost` and belong to yet another now.
double moved_beyond(const table& before, const table& after, std::uint32_t lost) {
    std::size_t moved = 0;
    for (std::size_t each = 0; each < before.entries().size(); ++each) {
        const auto owner = before.entries()[each];
        moved += owner != lost && owner != after.entries()[each] ? 1 : 0;
    }
    return static_cast<double>(moved) / static_cast<double>(before.entries().size());
}

double worst_of_removals(targets all, std::uint32_t step) {
    const table before(all);
    double worst = 0;
    for (std::uint32_t lost = 0; lost < all.size(); lost += step) {
        const auto weight = std::exchange(all[lost].weight, 0);
        worst = std::max(worst, moved_beyond(before, table(all), lost));
        all[lost].weight = weight;
    }
    return worst;
}

} // namespace

BOOST_AUTO_TEST_SUITE(maglev_table)

BOOST_AUTO_TEST_CASE(the_hash_is_fnv_1a_and_a_finish) {
    // The first two from the reference code of FNV, http://www.isthe.com/chongo/tech/comp/fnv/
    BOOST_TEST(plug::stable_hash(std::string_view(), 0) == plug::mixed(0xcbf29ce484222325ULL));
    BOOST_TEST(plug::stable_hash(std::string_view("foobar"), 0) ==
               plug::mixed(0x85944171f73967e8ULL));
    const std::vector<unsigned char> high{0xff, 0x80};
    BOOST_TEST(plug::stable_hash(std::string_view("\xff\x80"), 7) == plug::stable_hash(high, 7));
    BOOST_TEST(plug::stable_hash(high, 7) != plug::stable_hash(high, 8));
}

BOOST_AUTO_TEST_CASE(the_size_is_65537_and_above_600_targets_a_prime_of_100_for_each) {
    BOOST_TEST(table::size_for(1) == 65537U);
    BOOST_TEST(table::size_for(600) == 65537U);
    BOOST_TEST(table::size_for(601) == 60101U);
    BOOST_TEST(table::size_for(1000) == 100'003U);
    BOOST_TEST(table::size_for(10'000) == 1'000'003U);
}

BOOST_AUTO_TEST_CASE(without_targets_nobody_is_found) {
    BOOST_TEST(!table({}).lookup(client(1), anybody));
    BOOST_TEST(!table({{"a", 0, 0}}).lookup(client(1), anybody));
    BOOST_TEST(!table(numbered(3)).lookup(client(1), nobody));
}

BOOST_AUTO_TEST_CASE(a_known_table_is_as_it_always_was) {
    const table made({{"10.0.0.1:443", 1, 0},
                      {"10.0.0.2:443", 1, 1},
                      {"[2001:db8::1]:443", 2, 2},
                      {"mail.example.com:25", 5, 3},
                      {"web", 1000, 4},
                      {"old", 900, 5}});
    std::string picks;
    for (std::uint32_t each = 0; each < 40; ++each) {
        picks += std::to_string(made.lookup(client(each), anybody).value());
    }
    BOOST_TEST(picks == "4554454554444455554555445444444555555544");
    const table equal(numbered(5));
    picks.clear();
    std::string others; // for those whose target is number 2
    for (std::uint32_t each = 0; each < 40; ++each) {
        picks += std::to_string(equal.lookup(client(each), anybody).value());
        others += std::to_string(
            equal.lookup(client(each), [](std::uint32_t slot) { return slot != 2; }).value());
    }
    BOOST_TEST(picks == "0102322200412130244422240111340013034424");
    BOOST_TEST(others == "0104300100414130144444440111340013034414");
    BOOST_TEST(fingerprint(made) == 8770015005208682804ULL);
    BOOST_TEST(fingerprint(equal) == 14535804214726018249ULL);
}

BOOST_AUTO_TEST_CASE(it_is_filled_as_the_paper_says) {
    for (const std::uint32_t count : {1U, 2U, 7U, 50U}) {
        auto all = numbered(count, 3);
        std::sort(all.begin(), all.end(),
                  [](const auto& one, const auto& other) { return one.name < other.name; });
        BOOST_TEST((entries_of(table(all)) == as_in_the_paper(all, 65537)), count << " targets");
    }
}

BOOST_AUTO_TEST_CASE(the_order_in_which_targets_are_given_does_not_matter) {
    for (std::uint32_t seed = 1; seed <= 5; ++seed) {
        auto all = weighted(30, 20, seed);
        const auto expected = entries_of(table(all));
        random_numbers random(seed);
        for (auto last = static_cast<std::uint32_t>(all.size()) - 1; last > 0; --last) {
            std::swap(all[last], all[random.below(last + 1)]);
        }
        BOOST_TEST((entries_of(table(all)) == expected), "seed " << seed);
    }
}

BOOST_AUTO_TEST_CASE(the_slots_do_not_matter) {
    auto all = numbered(10);
    const auto expected = entries_of(table(all));
    for (auto& each : all) {
        each.slot += 1000;
    }
    auto got = entries_of(table(all));
    for (auto& each : got) {
        each -= 1000;
    }
    BOOST_TEST((got == expected));
}

BOOST_AUTO_TEST_CASE(every_target_has_its_share_of_the_table) {
    for (std::uint32_t seed = 1; seed <= 30; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            const std::uint32_t count = seed * seed; // to 900
            const auto all = weighted(count, seed % 3 == 0 ? 1000 : seed % 3 * 4, seed);
            const table made(all);
            std::vector<int> seen(count);
            for (const auto each : made.entries()) {
                ++seen[each];
            }
            double sum = 0;
            for (const auto& each : all) {
                sum += each.weight;
            }
            const auto size = static_cast<double>(made.entries().size());
            int beyond = 0;
            for (const auto& each : all) {
                const double share = size * each.weight / sum;
                beyond += std::abs(seen[each.slot] - share) > share * count / size + 2;
            }
            BOOST_TEST(beyond == 0);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_lost_target_moves_only_its_own_clients_and_spreads_them_by_weight) {
    constexpr std::uint32_t clients = 100'000;
    const auto all = weighted(10, 5, 3);
    const table made(all);
    double rest = 0;
    for (const auto& each : all) {
        rest += each.slot == 4 ? 0 : each.weight;
    }
    int moved_of_others = 0;
    int own = 0;
    std::vector<int> got(all.size());
    for (std::uint32_t each = 0; each < clients; ++each) {
        const auto before = made.lookup(client(each), anybody).value();
        const auto after =
            made.lookup(client(each), [](std::uint32_t slot) { return slot != 4; }).value();
        moved_of_others += before != 4 && before != after;
        if (before == 4) {
            ++own;
            ++got[after];
        }
    }
    BOOST_TEST(moved_of_others == 0);
    BOOST_TEST(own > 1000);
    BOOST_TEST(got[4] == 0);
    double uneven = 0; // chi square with 8 degrees of freedom: above 44 less than once in a million
    for (const auto& each : all) {
        const double expected = each.slot == 4 ? 1 : own * each.weight / rest;
        uneven += each.slot == 4 ? 0 : std::pow(got[each.slot] - expected, 2) / expected;
    }
    BOOST_TEST(uneven < 44);
}

BOOST_AUTO_TEST_CASE(a_table_built_without_a_target_moves_few_others) {
    BOOST_TEST(worst_of_removals(numbered(2), 1) == 0);
    BOOST_TEST(worst_of_removals(numbered(10), 1) < 0.004);
    BOOST_TEST(worst_of_removals(numbered(100), 7) < 0.008);
    BOOST_TEST(worst_of_removals(weighted(10, 10, 1), 1) < 0.004);
    BOOST_TEST(worst_of_removals(weighted(100, 1000, 2), 7) < 0.008);
    BOOST_TEST(worst_of_removals(numbered(600), 99) < 0.014);
}

BOOST_AUTO_TEST_CASE(the_only_one_accepted_is_found_among_thousands) {
    const table made(numbered(1000));
    const auto only = [](std::uint32_t slot) { return slot == 777; };
    for (std::uint32_t each = 0; each < 200; ++each) {
        BOOST_REQUIRE(made.lookup(client(each), only).value() == 777U);
    }
}

BOOST_AUTO_TEST_CASE(through_random_events_nobody_moves_without_need) {
    for (std::uint32_t seed = 1; seed <= 20; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            random_numbers random(seed);
            const std::uint32_t count = 2 + random.below(10);
            const table made(weighted(count, 10, seed));
            std::vector<char> is_up(count, 1);
            const auto up = [&](std::uint32_t slot) { return is_up[slot] != 0; };
            std::vector<std::optional<std::uint32_t>> had(100);
            int wrong = 0;
            for (int step = 0; step < 100; ++step) {
                const auto changed = random.below(count);
                const bool lost = up(changed);
                is_up[changed] = lost ? 0 : 1;
                const bool any = std::count(is_up.begin(), is_up.end(), 1) > 0;
                for (std::uint32_t each = 0; each < had.size(); ++each) {
                    const auto now = made.lookup(client(each), up);
                    const auto before = std::exchange(had[each], now);
                    wrong += now.has_value() != any;
                    wrong += now && !up(*now);
                    // Who moves has lost his target, or goes to the one that came back.
                    wrong +=
                        step > 0 && before != now && (lost ? before != changed : now != changed);
                }
            }
            BOOST_TEST(wrong == 0);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
