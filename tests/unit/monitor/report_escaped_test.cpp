// An exception that nobody waits for is reported.
#include "core/monitor/report_escaped.hpp"

#include <boost/test/unit_test.hpp>

#include <stdexcept>
#include <vector>

namespace {

struct kept_events : plug::event_sink {
    void publish(plug::event happened) noexcept override { all.push_back(std::move(happened)); }
    std::vector<plug::event> all;
};

} // namespace

BOOST_AUTO_TEST_SUITE(report_escaped)

BOOST_AUTO_TEST_CASE(an_end_without_exception_is_no_event) {
    kept_events events;
    plug::report_escaped{events, "run a session"}(nullptr);
    BOOST_TEST(events.all.empty());
}

BOOST_AUTO_TEST_CASE(an_exception_is_told_with_what_was_being_done) {
    kept_events events;
    plug::report_escaped{events,
                         "run a session"}(std::make_exception_ptr(std::runtime_error("no luck")));
    BOOST_TEST_REQUIRE(events.all.size() == 1U);
    const auto& error = std::get<plug::internal_error>(events.all.front());
    BOOST_TEST(error.action == "run a session");
    BOOST_TEST(error.reason == "no luck");
}

BOOST_AUTO_TEST_CASE(what_is_no_exception_by_type_is_told_too) {
    kept_events events;
    plug::report_escaped{events, "accept clients"}(std::make_exception_ptr(7));
    BOOST_TEST_REQUIRE(events.all.size() == 1U);
    BOOST_TEST(std::get<plug::internal_error>(events.all.front()).reason == "unknown exception");
}

BOOST_AUTO_TEST_SUITE_END()
