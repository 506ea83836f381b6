#include "service/log/destination.hpp"

#include "platform/journal.hpp"
#include "platform/system_log.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace {

using plug::log_place;
using plug::parse_log_destination;

} // namespace

BOOST_AUTO_TEST_SUITE(log_destination)

BOOST_AUTO_TEST_CASE(the_name_of_a_place_is_read_and_written) {
    for (const auto& [name, place] : plug::log_places()) {
        const auto destination = parse_log_destination(name);
        BOOST_REQUIRE_MESSAGE(destination, name);
        BOOST_TEST((destination->place == place), name);
        BOOST_TEST(plug::text_of(*destination) == name);
    }
    BOOST_TEST(plug::text_of(*parse_log_destination("./plug.log")) == "./plug.log");
    BOOST_TEST(plug::text_of({}).empty());
}

BOOST_AUTO_TEST_CASE(the_journal_is_a_place_where_there_may_be_one) {
    BOOST_TEST(static_cast<bool>(parse_log_destination("journal")) ==
               plug::platform::knows_journal());
}

BOOST_AUTO_TEST_CASE(a_text_with_a_slash_or_a_dot_is_a_file) {
    for (const auto* path : {"/var/log/plug.log", "plug.log", "./syslog", "logs/plug"}) {
        const auto read = parse_log_destination(path);
        BOOST_REQUIRE_MESSAGE(read, path);
        BOOST_TEST((read->place == log_place::file));
        BOOST_TEST(read->file->string() == path);
    }
}

BOOST_AUTO_TEST_CASE(a_misspelt_word_makes_no_file_of_that_name) {
    for (const auto* word : {"sylog", "", "-", "Stderr"}) {
        const auto read = parse_log_destination(word);
        BOOST_TEST(!read, word);
        BOOST_TEST(read.why.find("stderr") != std::string::npos, read.why);
    }
}

BOOST_AUTO_TEST_SUITE_END()
