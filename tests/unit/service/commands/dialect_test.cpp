#include "tests/unit/service/options/line_support.hpp"

#include <utility>

using namespace plug;
using namespace plug::test;

BOOST_AUTO_TEST_SUITE(dialect)

BOOST_AUTO_TEST_CASE(each_line_belongs_to_one_dialect) {
    const std::vector<std::pair<std::string, plug::dialect>> lines{
        {"", plug::dialect::v3},
        {"443 10.0.0.1 10.0.0.2", plug::dialect::v3},
        {"run 443 10.0.0.1", plug::dialect::v3},
        {"demo", plug::dialect::v3},
        {"help", plug::dialect::v3},
        {"version", plug::dialect::v3},
        {"--help", plug::dialect::v3},
        {"443 10.0.0.1 --sticky", plug::dialect::v3},
        {"--sticky 443 10.0.0.1", plug::dialect::v3},
        {"443 10.0.0.1 --retry=never", plug::dialect::v3},
        {"443 10.0.0.1 --session-log -", plug::dialect::v3},
        {"443 -- 10.0.0.1", plug::dialect::v3},
        {"convert -- -n 443 10.0.0.1", plug::dialect::v3},
        {"convert --to command-line -- -nlk 443 10.0.0.1", plug::dialect::v3},
        {"-1 10.0.0.1", plug::dialect::v3},
        {"-V", plug::dialect::v2},
        {"-n 443 10.0.0.1", plug::dialect::v2},
        {"443 10.0.0.1 -n", plug::dialect::v2},
        {"443 -nlk 10.0.0.1", plug::dialect::v2},
        {"-x 443 10.0.0.1", plug::dialect::v2},
        {"-i127.0.0.1 443 10.0.0.1", plug::dialect::v2},
        {"-S - 443 10.0.0.1", plug::dialect::v2},
        // A command counts as one in the first place alone.
        {"-n run 10.0.0.1", plug::dialect::v2},
    };
    for (const auto& [line, expected] : lines) {
        const auto spoken = dialect_of(words_of(line));
        BOOST_REQUIRE_MESSAGE(std::holds_alternative<plug::dialect>(spoken), line);
        BOOST_TEST((std::get<plug::dialect>(spoken) == expected), line);
    }
}

BOOST_AUTO_TEST_CASE(both_kinds_together_are_refused_naming_one_of_each) {
    struct mixture {
        const char* line;
        const char* letters;
        const char* long_form;
        const char* instead;
    };
    const std::vector<mixture> lines{
        {"-n 443 10.0.0.1 --sticky", "-n", "--sticky", "--foreground"},
        {"443 10.0.0.1 --retry 5s -lk", "-lk", "--retry", "--log-connections"},
        {"run 443 10.0.0.1 -P/run/x", "-P/run/x", "run", "--pid-file"},
        {"demo -t 5", "-t", "demo", "--sticky-timeout"},
        {"convert -n 443 10.0.0.1", "-n", "convert", "--foreground"},
        {"-h proxy --", "-h", "--", "--via"},
        {"-V --version", "-V", "--version", "--version"},
        {"-x 443 10.0.0.1 --first", "-x", "--first", ""}};
    for (const auto& [line, letters, long_form, instead] : lines) {
        const auto spoken = dialect_of(words_of(line));
        BOOST_REQUIRE_MESSAGE(std::holds_alternative<problem>(spoken), line);
        const auto& refused = std::get<problem>(spoken);
        BOOST_TEST(refused.where == letters, line);
        BOOST_TEST(has(refused.what, std::string(" ") + long_form + " "), refused.what);
        BOOST_TEST(has(refused.what, " is now ") == (*instead != '\0'), refused.what);
        BOOST_TEST(has(refused.what, instead), refused.what);
        BOOST_TEST(refusal(line).exit_code == 64);
    }
}

BOOST_AUTO_TEST_SUITE_END()
