// What all dialogues have in common: bounds, portions, and the end.
#include "core/health/dialogue.hpp"

#include "tests/unit/health/talking.hpp"

#include <random>
#include <vector>

using namespace plug;
using namespace plug::test;
using namespace std::string_literals;

namespace {

/// Of those that say or hear something.
std::vector<check_kind> talking_kinds() {
    std::vector<check_kind> kinds;
    for (const auto& row : check_kind_rows) {
        if (row.value != check_kind::tcp && row.value != check_kind::command) {
            kinds.push_back(row.value);
        }
    }
    return kinds;
}

plug::check_config check_for(check_kind kind, const std::string& user = {}) {
    auto check = check_of(kind);
    check.send = "hello";
    check.expect = "ababc";
    check.user = user;
    return check;
}

std::vector<plug::check_config> all_checks() {
    std::vector<plug::check_config> all;
    for (const auto kind : talking_kinds()) {
        all.push_back(check_for(kind));
        if (takes(kind, check_detail::user)) {
            all.push_back(check_for(kind, "probe"));
        }
    }
    return all;
}

/// What servers of all kinds say.
const std::vector<std::string> sayings{
    "",
    "abababab ababcab",
    "HTTP/1.1 100 Continue\r\nX: y\r\n\r\nHTTP/1.1 200 OK\r\nServer: x\r\n\r\nbody",
    "HTTP/1.0 503 Busy\n\n",
    "220-mail.example\r\n220 ready\r\n221 bye\r\n",
    "554 go away\r\n",
    "Exceeded MaxStartups\r\n",
    "hello\r\nSSH-2.0-OpenSSH_9.2p1\r\n",
    "+PONG\r\n",
    "-LOADING Redis is loading the dataset in memory\r\n",
    "\x16\x03\x03\x00\x45\x02\x00\x00\x41"s,
    "\x15\x03\x01\x00\x02\x02\x28"s,
    "\x13\0\0\0\x0a"
    "8.0.33\0\1\0\0\0abcdefg"s
    "\7\0\0\2\0\0\0\2\0\0\0"s,
    "\x17\0\0\0\xff\x10\x04Too many connections"s,
    "N",
    "R\0\0\0\x08\0\0\0\0S\0\0\0\x06x\0Z\0\0\0\x05I"s,
    "E\0\0\0\x1aSFATAL\0C57P03\0Mno\0\0\0\0"s,
};

} // namespace

BOOST_AUTO_TEST_SUITE(dialogue)

BOOST_AUTO_TEST_CASE(a_tcp_check_is_over_when_it_is_connected) {
    const auto done = talk(check_of(check_kind::tcp), "");
    BOOST_TEST(verdict(done) == "passed: connected");
    BOOST_TEST(done.sent == "");
}

BOOST_AUTO_TEST_CASE(every_way_of_portioning_gives_the_same_outcome) {
    for (const auto& check : all_checks()) {
        for (const auto& text : sayings) {
            const auto whole = talk(check, text, true);
            BOOST_REQUIRE(whole.now != step::state::reading);
            for (std::size_t size = 1; size <= text.size(); ++size) {
                BOOST_REQUIRE_EQUAL(talk(check, text, true, size), whole);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(garbage_in_any_portions_gives_the_same_outcome) {
    std::mt19937 random(17);
    for (int round = 0; round < 3000; ++round) {
        std::string garbage = sayings[random() % sayings.size()];
        for (auto changes = 1 + random() % 4; changes > 0; --changes) {
            const auto at = random() % (garbage.size() + 1);
            garbage.insert(at, 1, static_cast<char>(random() % 256));
        }
        for (const auto& check : all_checks()) {
            const auto whole = talk(check, garbage, true);
            BOOST_REQUIRE_EQUAL(talk(check, garbage, true, 1), whole);
            BOOST_REQUIRE_EQUAL(talk(check, garbage, true, 7), whole);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_reason_is_one_line_of_printable_characters) {
    std::mt19937 random(23);
    for (int round = 0; round < 3000; ++round) {
        std::string garbage = round % 2 == 0 ? "" : sayings[random() % sayings.size()];
        for (auto length = random() % 300; length > 0; --length) {
            garbage += static_cast<char>(random() % 256);
        }
        for (const auto& check : all_checks()) {
            const auto reason = talk(check, garbage, true).reason;
            BOOST_REQUIRE(!reason.empty());
            BOOST_REQUIRE(reason.size() <= 200U);
            BOOST_REQUIRE(std::ranges::all_of(reason, [](char c) { return c >= ' ' && c < 0x7f; }));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_target_that_says_nothing_and_closes_fails) {
    for (const auto& check : all_checks()) {
        const auto silent = talk(check, "", true);
        BOOST_TEST(verdict(silent).starts_with("failed: closed before "), verdict(silent));
    }
}

BOOST_AUTO_TEST_CASE(a_target_that_says_much_to_no_purpose_fails_at_the_limit) {
    // Each is the beginning of something that never comes to its end.
    const std::vector<std::pair<check_kind, std::string>> beginnings{
        {check_kind::send_expect, ""}, {check_kind::http, "HTTP/1.1 200 OK\r\n"},
        {check_kind::smtp, "220"},     {check_kind::ssh, ""},
        {check_kind::redis, "-"},      {check_kind::mysql, "\xfc\x3f\0\0\x0a"s}};
    for (const auto& [kind, beginning] : beginnings) {
        auto text = beginning + std::string(plug::dialogue::limit - 1 - beginning.size(), 'x');
        BOOST_TEST(verdict(talk(check_for(kind), text)) == "reading");
        text += "xxx";
        const auto whole = talk(check_for(kind), text);
        BOOST_TEST(verdict(whole).starts_with("failed: said 16 KiB without "), verdict(whole));
        BOOST_TEST(talk(check_for(kind), text, false, 1000) == whole);
    }
}

BOOST_AUTO_TEST_CASE(what_stands_at_the_limit_is_still_read_and_what_stands_behind_is_not) {
    const auto check = check_for(check_kind::send_expect);
    const std::string filling(plug::dialogue::limit - 5, 'x');
    BOOST_TEST(verdict(talk(check, filling + "ababc")) == "passed: answered with 'ababc'");
    const auto late = talk(check, filling + "xababc");
    BOOST_TEST(verdict(late) == "failed: said 16 KiB without 'ababc'");
}

BOOST_AUTO_TEST_CASE(a_verdict_stays_and_is_not_sent_twice) {
    for (const std::string text : {"+PONG\r\n", "-LOADING\r\n"}) {
        auto dialogue = make_dialogue(check_of(check_kind::redis), target_of("10.0.0.1:6379"));
        dialogue.opening();
        const auto first = dialogue.feed(text);
        BOOST_TEST(!first.send.empty());
        for (const auto& again : {dialogue.feed("-ERR\r\n"), dialogue.ended()}) {
            BOOST_TEST((again.now == first.now));
            BOOST_TEST(again.reason == first.reason);
            BOOST_TEST(again.send == "");
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_awaited_can_be_told_at_any_time) {
    auto dialogue = make_dialogue(check_of(check_kind::smtp), target_of("10.0.0.1:25"));
    dialogue.opening();
    BOOST_TEST(dialogue.awaited() == "the greeting");
    dialogue.feed("220 here\r\n");
    BOOST_TEST(dialogue.awaited() == "the answer to QUIT");
}

BOOST_AUTO_TEST_SUITE_END()
