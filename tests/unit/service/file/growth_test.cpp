// Work on configurations grows with their size, and not with its square.
#include "service/file/changes.hpp"
#include "service/text/nearest_word.hpp"
#include "tests/unit/service/file/file_support.hpp"

#include <algorithm>
#include <ctime>
#include <limits>
#include <string>

using namespace plug::test;

namespace {

/// Processor time of the fastest of three calls, which a busy machine does not lengthen.
template <typename Act> double time_of(const Act& act) {
    auto fastest = std::numeric_limits<std::clock_t>::max();
    for (int each = 0; each < 3; ++each) {
        const auto before = std::clock();
        act();
        fastest = std::min(fastest, std::clock() - before);
    }
    return static_cast<double>(std::max<std::clock_t>(fastest, 1));
}

/// How many times longer `act` takes for four times as much. Its square would be 16.
template <typename Act> double growth_of(const Act& act, int much) {
    const auto once = time_of([&] { act(much); });
    return time_of([&] { act(4 * much); }) / once;
}

constexpr double less_than_square = 8;

plug::settings with_described_targets(int count) {
    plug::settings made;
    auto& web = made.engine.plugs.emplace_back();
    web.name = "web";
    web.listen.push_back({{}, 443, {}});
    for (int each = 0; each < count; ++each) {
        const auto host = "10.0." + std::to_string(each / 250) + "." + std::to_string(each % 250);
        auto& target =
            web.targets.emplace_back(plug::host_port{host, 80, plug::parse_address(host).value});
        target.weight = 3;
    }
    return made;
}

std::string numbered_lines(const std::string& before, const std::string& behind, int count) {
    std::string text;
    for (int each = 0; each < count; ++each) {
        text += before + std::to_string(each) + behind;
    }
    return text;
}

std::size_t count_of(std::string_view what, std::string_view text) {
    std::size_t count = 0;
    for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) {
        ++count;
    }
    return count;
}

} // namespace

BOOST_AUTO_TEST_SUITE(growth)

BOOST_AUTO_TEST_CASE(settings_are_compared_in_time_that_grows_with_their_targets) {
    const auto compare = [](int count) {
        const auto same = with_described_targets(count);
        BOOST_TEST(plug::changes_between(same, same).empty());
    };
    BOOST_TEST(growth_of(compare, 4000) < less_than_square);
}

BOOST_AUTO_TEST_CASE(problems_on_one_line_are_told_in_time_that_grows_with_their_number) {
    const auto tell = [](int count) {
        const auto text = "[plug.web]\nlisten = \"1\"\ntargets = [" +
                          numbered_lines("\"host:0", "\", ", count) + "]\n";
        BOOST_TEST(count_of("f:3:", report(text)) >= static_cast<std::size_t>(count));
    };
    BOOST_TEST(growth_of(tell, 3000) < less_than_square);
}

BOOST_AUTO_TEST_CASE(what_was_meant_is_told_of_the_first_keys_that_are_unknown_and_of_no_more) {
    const auto told = report(good_plug + numbered_lines("connect_timeout", " = 1\n", 150));
    BOOST_TEST(count_of("is no key of [plug.NAME]", told) == 150U);
    BOOST_TEST(count_of("did you mean connect_timeout?", told) == 100U);
}

BOOST_AUTO_TEST_CASE(unknown_keys_cost_little_more_than_the_reading_of_the_file) {
    const auto text = good_plug + numbered_lines("unknown_key_", " = 1\n", 10'000);
    const auto reading = time_of([&] { static_cast<void>(plug::parse_toml(text, 0)); });
    BOOST_TEST(time_of([&] { static_cast<void>(report(text)); }) < 20 * reading);
}

BOOST_AUTO_TEST_CASE(the_nearest_word_is_found_through_every_kind_of_mistake) {
    const std::string_view words[]{"listen", "targets", "connect_timeout", "idle_timeout"};
    BOOST_TEST(plug::nearest_word("lisetn", words) == "listen");                   // swapped
    BOOST_TEST(plug::nearest_word("targts", words) == "targets");                  // left out
    BOOST_TEST(plug::nearest_word("targetts", words) == "targets");                // added
    BOOST_TEST(plug::nearest_word("connekt_timeout", words) == "connect_timeout"); // changed
    BOOST_TEST(plug::nearest_word("ilde_tmieout", words) == "idle_timeout");       // swapped twice
    BOOST_TEST(plug::nearest_word("conn", words) == "connect_timeout");            // not finished
    BOOST_TEST(plug::nearest_word("quux", words).empty());
    BOOST_TEST(plug::nearest_word(std::string(65, 'x'), words).empty());
}

BOOST_AUTO_TEST_SUITE_END()
