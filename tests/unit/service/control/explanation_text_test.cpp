// What `plug explain` prints, for people and for programs.
#include "service/control/explanation_text.hpp"

#include "service/control/explanation_json.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <string>

using namespace std::chrono_literals;

namespace {

using plug::pick_reason;

plug::plug_explanation two_targets() {
    plug::plug_explanation told;
    told.conf.name = "web";
    told.conf.targets.resize(2);
    told.conf.targets[0].name = "a";
    told.conf.targets[1].name = "second";
    told.conf.targets[1].backup = true;
    told.client = boost::asio::ip::make_address("10.0.0.7");
    told.admitted = true;
    told.pool.candidates.resize(2);
    told.pool.candidates[0] = {12, true, false, {}, {}, false, false, 1.0};
    told.pool.candidates[1] = {0, false, true, 4s, 6s, false, false, {}};
    told.pool.scored_by = plug::score_kind::turn;
    told.pool.picked = 0;
    told.pool.reason = pick_reason::rotation;
    told.checks.resize(2);
    told.checks[1] = {plug::check_kind::http, true, false, "status\n500", 2s, 0};
    return told;
}

std::string text_of(const plug::plug_explanation& told) {
    return plug::explanation_text(to_json(told));
}

bool says(const plug::plug_explanation& told, const std::string& line) {
    const auto text = text_of(told);
    BOOST_TEST_INFO(text);
    return text.find(line + "\n") != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(explanation_text)

BOOST_AUTO_TEST_CASE(people_see_who_is_let_in_what_there_is_and_what_is_picked) {
    BOOST_TEST(text_of(two_targets()) ==
               "plug      web, round-robin\n"
               "client    10.0.0.7, let in: there are no access rules\n"
               "affinity  off\n"
               "\n"
               "  TARGET  STATE         CONNECTIONS  WEIGHT  TURN  HEALTH\n"
               "> a       up                     12       1     1\n"
               "  second  down, backup            0       1     -  connect failed 4.0 s ago, retry "
               "in 6.0 s; http check down, last probe 2.0 s ago: status\\x0a500\n"
               "\n"
               "pick      a: it is its turn (rotation)\n");
}

BOOST_AUTO_TEST_CASE(a_target_in_slow_start_is_told_with_its_share) {
    auto told = two_targets();
    told.pool.candidates[0].share = 40;
    BOOST_TEST(says(told, "> a       up                     12       1     1  slow start: 40 %"));
}

BOOST_AUTO_TEST_CASE(a_rule_that_lets_in_or_refuses_is_told) {
    auto told = two_targets();
    told.conf.allow = {{boost::asio::ip::make_address("10.0.0.0"), 8}};
    told.rule = told.conf.allow.front();
    BOOST_TEST(says(told, "client    10.0.0.7, let in by the rule 10.0.0.0/8"));
    told.rule.reset();
    told.admitted = false;
    BOOST_TEST(says(told, "client    10.0.0.7, refused: no access rule of 1 lets it in"));
    BOOST_TEST(says(told, "pick      none: the client is refused before"));
}

BOOST_AUTO_TEST_CASE(an_affinity_entry_is_told_with_its_time) {
    auto told = two_targets();
    told.conf.affinity.enabled = true;
    BOOST_TEST(says(told, "affinity  the client is not remembered"));
    told.pool.affinity = {0, 3000s, true};
    BOOST_TEST(says(told, "affinity  the client sticks to a, for 50 min from now"));
    told.pool.affinity = {1, 30s, false};
    BOOST_TEST(says(told, "affinity  the client sticks to second, for 30 s from now; but that may "
                          "not be picked"));
}

BOOST_AUTO_TEST_CASE(chance_and_nobody_are_told_as_such) {
    auto told = two_targets();
    told.pool.picked.reset();
    told.pool.reason = pick_reason::two_at_random;
    BOOST_TEST(says(told, "pick      left to chance: of two drawn by chance, the one with fewer "
                          "connections for its weight (two at random)"));
    told.pool.reason = pick_reason::none;
    BOOST_TEST(says(told, "pick      none: there is none left"));
}

BOOST_AUTO_TEST_CASE(a_target_that_is_full_is_told_and_that_the_client_waits) {
    auto told = two_targets();
    told.conf.max_connections = 12;
    told.pool.picked.reset();
    told.pool.reason = pick_reason::none;
    BOOST_TEST((text_of(told).find("  a       full             12 of 12 ") != std::string::npos));
    BOOST_TEST(says(told, "pick      none: it waits for room, as long as the queue lets it"));
    told.conf.targets[0].max_connections = 13;
    BOOST_TEST((text_of(told).find("  a       up               12 of 13 ") != std::string::npos));
}

BOOST_AUTO_TEST_CASE(programs_find_every_part_by_its_name) {
    const auto told = to_json(two_targets());
    BOOST_TEST(told.at("plug").as_string() == "web");
    BOOST_TEST(told.at("pick").at("target").as_string() == "a");
    BOOST_TEST(told.at("pick").at("index").to_number<int>() == 0);
    BOOST_TEST(told.at("pick").at("reason").as_string() == "rotation");
    const auto& second = told.at("targets").at(1);
    BOOST_TEST(second.at("state").as_string() == "down");
    BOOST_TEST(second.at("connects").at("retry_in").to_number<double>() == 6.0);
    BOOST_TEST(second.at("check").at("reason").as_string() == "status\n500");
    BOOST_TEST(told.at("targets").at(0).at("check").is_null());
}

BOOST_AUTO_TEST_CASE(another_reply_is_refused_and_not_shown) {
    for (const char* other : {"{}", "[]", "null", R"({"plug": 1})"}) {
        BOOST_CHECK_THROW(plug::explanation_text(boost::json::parse(other)), std::exception);
    }
}

BOOST_AUTO_TEST_SUITE_END()
