// What a request for an explanation asks, as it travels.
#include "service/control/explain_query.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace {

std::string behind_question_mark(const std::string& target) {
    return target.substr(target.find('?') + 1);
}

} // namespace

BOOST_AUTO_TEST_SUITE(explain_query)

BOOST_AUTO_TEST_CASE(any_name_and_address_come_back_as_they_were_sent) {
    for (const std::string name : {"web", "a b&c=d%", "\xc3\xa4", "443"}) {
        for (const char* client : {"10.0.0.7", "2001:db8::1"}) {
            const plug::explain_query sent{name, boost::asio::ip::make_address(client)};
            const auto text = to_text(sent);
            BOOST_TEST(text.find_first_of(" \r\n") == std::string::npos);
            const auto read = plug::parse_explain_query(behind_question_mark(text));
            BOOST_REQUIRE(static_cast<bool>(read));
            BOOST_TEST(read->plug == name);
            BOOST_TEST(read->client == sent.client);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_query_that_is_none_is_refused) {
    for (const char* text : {"", "plug=web", "client=10.0.0.1", "plug=a&plug=b&client=10.0.0.1",
                             "plug&client=10.0.0.1", "plug=a&client=10.0.0.1&more=1",
                             "plug=%4&client=10.0.0.1", "plug=%zz&client=10.0.0.1", "plug=%",
                             "plug=a&client=10.0.0.256", "plug=a&client=10.0.0.1:80", "&"}) {
        const auto read = plug::parse_explain_query(text);
        BOOST_TEST(!read, text);
        BOOST_TEST(!read.why.empty());
    }
}

BOOST_AUTO_TEST_CASE(hexadecimal_digits_may_be_of_either_case) {
    BOOST_TEST(plug::parse_explain_query("plug=%4a%4A&client=%3a%3A1")->plug == "JJ");
}

BOOST_AUTO_TEST_SUITE_END()
