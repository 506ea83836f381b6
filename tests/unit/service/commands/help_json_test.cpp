// The JSON of `plug help --json`, from which man pages and completions are written.
#include "service/commands/table.hpp"
#include "service/options/draft.hpp"
#include "service/options/table.hpp"
#include "tests/unit/service/options/line_support.hpp"

#include <boost/json/parse.hpp>

using namespace plug;
using namespace plug::test;
namespace json = boost::json;

namespace {

json::value help() { return json::parse(printed("help --json")); }

std::string text_in(const json::value& value, const char* key) {
    return std::string(value.at(key).as_string());
}

std::vector<std::string> words_in(const json::value& value, const char* key) {
    std::vector<std::string> words;
    for (const auto& word : value.at(key).as_array()) {
        words.emplace_back(word.as_string());
    }
    return words;
}

const json::value& row_of(const json::value& rows, const std::string& name) {
    for (const auto& row : rows.as_array()) {
        if (text_in(row, "name") == name) {
            return row;
        }
    }
    BOOST_FAIL("there is no " << name);
    return rows;
}

} // namespace

BOOST_AUTO_TEST_SUITE(help_json)

BOOST_AUTO_TEST_CASE(it_has_every_command_and_every_option) {
    const auto whole = help();
    BOOST_REQUIRE(whole.at("commands").as_array().size() == commands().size());
    for (const auto* row : commands()) {
        const auto& read = row_of(whole.at("commands"), std::string(row->name));
        BOOST_TEST(text_in(read, "help") == row->help);
        BOOST_TEST(words_in(read, "usage").front().starts_with("plug "));
    }
    BOOST_REQUIRE(whole.at("options").as_array().size() == long_options().size());
    for (const auto& option : long_options()) {
        const auto& read = row_of(whole.at("options"), std::string(option.form.name));
        BOOST_TEST(text_in(read, "value") == option.form.value);
        BOOST_TEST(read.at("repeatable").as_bool() == is_repeatable(option));
    }
    BOOST_TEST(has(reasons("help --json check"), "--json: "));
}

BOOST_AUTO_TEST_CASE(options_have_what_completions_and_man_pages_need) {
    const auto whole = help();
    const auto& options = whole.at("options");
    const std::vector<std::string> fates{"keep", "drain", "close"};
    BOOST_TEST(words_in(row_of(options, "on-down"), "words") == fates,
               boost::test_tools::per_element());
    BOOST_TEST(text_in(row_of(options, "retry"), "default") == "10s");
    BOOST_TEST(text_in(row_of(options, "keepalive"), "letter") == "k");
    BOOST_TEST(row_of(options, "check-rise").at("letter").is_null());
    BOOST_TEST(row_of(options, "pid-file").at("path").as_bool());
    BOOST_TEST(!row_of(options, "check-path").at("path").as_bool()); // of a URL
    BOOST_TEST(words_in(whole.at("words"), "policies").size() == 5U);
}

BOOST_AUTO_TEST_CASE(commands_have_what_completions_need) {
    const auto whole = help();
    const auto& service = row_of(whole.at("commands"), "service");
    const std::vector<std::string> actions{"install", "configure", "uninstall", "start",
                                           "stop",    "restart",   "status"};
    BOOST_TEST(words_in(service.at("operands").at(0), "words") == actions,
               boost::test_tools::per_element());
    const std::vector<std::string> starts{"auto", "delayed", "manual"};
    BOOST_TEST(words_in(row_of(service.at("options"), "start"), "words") == starts,
               boost::test_tools::per_element());
    const auto& explain = row_of(whole.at("commands"), "explain");
    BOOST_TEST(text_in(explain.at("operands").at(0), "source") == "plugs");
}

BOOST_AUTO_TEST_CASE(every_word_of_an_option_is_a_value_that_it_takes) {
    for (const auto& option : long_options()) {
        for (const auto word : words_of(option)) {
            auto line = empty_line_3();
            read_into(line, option, std::string(word));
            BOOST_TEST(told(line.problems) == "", option.form.name << " " << word);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
