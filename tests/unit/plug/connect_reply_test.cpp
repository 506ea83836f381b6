// The answer of an HTTPS proxy to CONNECT, in portions of every size.
#include "core/plug/connect_reply.hpp"

#include <boost/test/unit_test.hpp>

#include <ostream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

using namespace std::string_literals;

namespace {

using reply = plug::connect_reply;
using state = plug::connect_reply::state;

// What became of a reply: its state, how many bytes of it belonged to the header, and why.
struct outcome {
    state now = state::reading;
    std::size_t used = 0;
    std::string why;

    bool operator==(const outcome&) const = default;
};

std::ostream& operator<<(std::ostream& out, const outcome& each) {
    return out << "state " << static_cast<int>(each.now) << " after " << each.used << ": "
               << each.why;
}

void feed(reply& reader, outcome& so_far, std::string_view part) {
    if (reader.now() == state::reading) {
        so_far.used += reader.feed(part);
    }
}

outcome result_of(const reply& reader, outcome so_far) {
    so_far.now = reader.now();
    so_far.why = reader.why();
    return so_far;
}

outcome read_whole(std::string_view text) {
    reply reader;
    outcome result;
    feed(reader, result, text);
    return result_of(reader, result);
}

outcome read_in_portions(std::string_view text, std::size_t size) {
    reply reader;
    outcome result;
    for (std::size_t at = 0; at < text.size(); at += size) {
        feed(reader, result, text.substr(at, size));
    }
    return result_of(reader, result);
}

outcome read_split(std::string_view text, std::size_t first, std::size_t second) {
    reply reader;
    outcome result;
    feed(reader, result, text.substr(0, first));
    feed(reader, result, text.substr(first, second - first));
    feed(reader, result, text.substr(second));
    return result_of(reader, result);
}

state state_after(std::string_view text) { return read_whole(text).now; }

// A header of exactly `size` bytes, blank line included.
std::string header_of(std::size_t size) {
    const auto begin = "HTTP/1.1 200 OK\r\nX: "s;
    return begin + std::string(size - begin.size() - 4, 'x') + "\r\n\r\n";
}

const std::vector<std::string> replies{
    "HTTP/1.1 200 Connection established\r\n\r\n",
    "HTTP/1.0 200 OK\r\nServer: x\r\nVia: y\r\n\r\nSSH-2.0-behind the header\r\n\r\n",
    "HTTP/1.1 200\n\nbare line feeds",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\nA: b\r\n\r\nHTTP/1.1 204 \r\n\r\n\n",
    "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno",
    "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 502 Bad Gateway\r\n\r\n",
    "HTTP/1.1 101 Switching Protocols\r\n\r\n",
    "SSH-2.0-OpenSSH\r\n",
    "HTTP/1.1 200 OK\r\nHalf: a header",
    "\r\nHTTP/1.1 200 OK\r\n\r\n",
    "HTTP/1.1 2\0"s + "0 OK\r\n\r\n",
};

} // namespace

BOOST_AUTO_TEST_SUITE(connect_reply)

BOOST_AUTO_TEST_CASE(a_200_opens_the_tunnel_at_the_blank_line) {
    const auto header = "HTTP/1.1 200 Connection established\r\nVia: proxy\r\n\r\n"s;
    BOOST_TEST(read_whole(header) == (outcome{state::open, header.size(), ""}));
    BOOST_TEST(read_whole(header.substr(0, header.size() - 1)) ==
               (outcome{state::reading, header.size() - 1, ""}));
}

BOOST_AUTO_TEST_CASE(any_2xx_opens_the_tunnel) {
    for (int status = 200; status < 300; ++status) {
        BOOST_TEST(
            (state_after("HTTP/1.1 " + std::to_string(status) + " fine\r\n\r\n") == state::open));
    }
}

BOOST_AUTO_TEST_CASE(every_final_status_but_2xx_is_a_refusal_that_shows_its_line) {
    for (int status = 300; status < 1000; ++status) {
        const auto line = "HTTP/1.1 " + std::to_string(status) + " no";
        const auto result = read_whole(line + "\r\nA: b\r\n\r\n");
        BOOST_TEST((result.now == state::refused));
        BOOST_TEST(result.why == line);
    }
}

BOOST_AUTO_TEST_CASE(a_status_line_needs_no_reason) {
    BOOST_TEST((state_after("HTTP/1.1 200\r\n\r\n") == state::open));
    BOOST_TEST((state_after("HTTP/1.0 200 \r\n\r\n") == state::open));
}

BOOST_AUTO_TEST_CASE(bytes_behind_the_header_are_not_touched) {
    const auto header = "HTTP/1.1 200 OK\r\n\r\n"s;
    const auto behind = "HTTP/1.1 500 this is the target's business\r\n\r\n\n\0"s;
    BOOST_TEST(read_whole(header + behind) == (outcome{state::open, header.size(), ""}));
}

BOOST_AUTO_TEST_CASE(interim_replies_are_skipped_with_their_headers) {
    const auto header = "HTTP/1.1 100 Continue\r\nA: b\r\n\r\n"
                        "HTTP/1.1 103 Early Hints\nLink: x\n\nHTTP/1.1 200 OK\r\n\r\n"s;
    BOOST_TEST(read_whole(header + "x") == (outcome{state::open, header.size(), ""}));
}

BOOST_AUTO_TEST_CASE(an_interim_reply_alone_opens_nothing) {
    BOOST_TEST((state_after("HTTP/1.1 100 Continue\r\n\r\n") == state::reading));
}

BOOST_AUTO_TEST_CASE(switching_protocols_is_a_refusal) {
    BOOST_TEST((state_after("HTTP/1.1 101 Switching Protocols\r\n\r\n") == state::refused));
}

BOOST_AUTO_TEST_CASE(bare_line_feeds_are_tolerated) {
    const auto header = "HTTP/1.1 200 OK\nA: b\r\nC: d\n\n"s;
    BOOST_TEST(read_whole(header + "\n") == (outcome{state::open, header.size(), ""}));
}

BOOST_AUTO_TEST_CASE(a_carriage_return_inside_a_line_ends_nothing) {
    BOOST_TEST((state_after("HTTP/1.1 200 OK\r\nA: b\r\r\n\r\r\n") == state::reading));
}

BOOST_AUTO_TEST_CASE(whatever_is_no_strict_status_line_is_refused) {
    for (const auto& line : {""s,
                             "HTTP/1.1"s,
                             "HTTP/1.1 20"s,
                             "HTTP/1.1 2000"s,
                             "HTTP/1.1 200OK"s,
                             "HTTP/1.1  200 OK"s,
                             "HTTP/1. 200 OK"s,
                             "HTTP/1.12 200 OK"s,
                             "HTTP/2 200 OK"s,
                             "HTTP/2.0 200 OK"s,
                             "http/1.1 200 OK"s,
                             " HTTP/1.1 200 OK"s,
                             "HTTP/1.1\t200 OK"s,
                             "HTTP/1.1 2x0 OK"s,
                             "HTTP/1.1 -20 OK"s,
                             "HTTP/1.1 +20 OK"s,
                             "HTTP/1.1 000 OK"s,
                             "HTTP/1.1 020 OK"s,
                             "ICY 200 OK"s,
                             "220 smtp.example.org ESMTP"s,
                             "\x16\x03\x01\x02"s,
                             "HTTP/1.1 2\0"s + "0 OK"s}) {
        const auto result = read_whole(line + "\r\n\r\n");
        BOOST_TEST((result.now == state::refused), line);
        BOOST_TEST(result.why.find(line) != std::string::npos, line);
    }
}

BOOST_AUTO_TEST_CASE(a_refusal_needs_no_header) {
    const auto line = "HTTP/1.1 403 Forbidden\r\n"s;
    BOOST_TEST(read_whole(line) ==
               (outcome{state::refused, line.size(), "HTTP/1.1 403 Forbidden"}));
}

BOOST_AUTO_TEST_CASE(a_header_may_be_as_long_as_the_limit_and_no_longer) {
    BOOST_TEST((state_after(header_of(reply::limit)) == state::open));
    const auto longer = read_whole(header_of(reply::limit + 1));
    BOOST_TEST((longer.now == state::refused));
    BOOST_TEST(longer.used == reply::limit);
}

BOOST_AUTO_TEST_CASE(the_limit_is_for_all_interim_replies_together) {
    std::string endless;
    while (endless.size() <= reply::limit) {
        endless += "HTTP/1.1 102 Processing\r\n\r\n";
    }
    BOOST_TEST((state_after(endless) == state::refused));
}

BOOST_AUTO_TEST_CASE(a_line_without_end_is_refused_at_the_limit) {
    reply reader;
    std::size_t used = 0;
    const std::string portion(1000, 'x');
    while (reader.now() == state::reading && used < 10 * reply::limit) {
        used += reader.feed(portion);
    }
    BOOST_TEST((reader.now() == state::refused));
    BOOST_TEST(used == reply::limit);
    BOOST_TEST(reader.why().size() < 100U); // and not the whole line again
}

BOOST_AUTO_TEST_CASE(a_long_status_line_is_cut_before_it_reaches_a_log) {
    const auto line = "HTTP/1.1 500 "s + std::string(10'000, 'x');
    BOOST_TEST(read_whole(line + "\n").why == line.substr(0, 200));
    BOOST_TEST(read_whole(std::string(10'000, 'x') + "\n").why.size() == 200U);
    const auto fitting = line.substr(0, 200);
    BOOST_TEST(read_whole(fitting + "\n").why == fitting);
}

BOOST_AUTO_TEST_CASE(nothing_is_read_after_the_end) {
    reply open;
    open.feed("HTTP/1.1 200 OK\r\n\r\n");
    BOOST_TEST(open.feed("more") == 0U);
    reply refused;
    refused.feed("nonsense\n");
    BOOST_TEST(refused.feed("HTTP/1.1 200 OK\r\n\r\n") == 0U);
    BOOST_TEST((refused.now() == state::refused));
}

BOOST_AUTO_TEST_CASE(every_way_of_splitting_a_reply_gives_the_same_outcome) {
    for (const auto& text : replies) {
        const auto expected = read_whole(text);
        for (std::size_t first = 0; first <= text.size(); ++first) {
            for (std::size_t second = first; second <= text.size(); ++second) {
                BOOST_REQUIRE_EQUAL(read_split(text, first, second), expected);
            }
        }
        for (std::size_t size = 1; size <= text.size(); ++size) {
            BOOST_REQUIRE_EQUAL(read_in_portions(text, size), expected);
        }
    }
}

BOOST_AUTO_TEST_CASE(splitting_makes_no_difference_around_the_limit) {
    for (const auto size : {reply::limit - 1, reply::limit, reply::limit + 1}) {
        const auto text = header_of(size) + "behind";
        for (const std::size_t portion : {1, 2, 3, 1023, 1024, 4096}) {
            BOOST_REQUIRE_EQUAL(read_in_portions(text, portion), read_whole(text));
        }
    }
}

BOOST_AUTO_TEST_CASE(garbage_never_opens_a_tunnel) {
    std::mt19937 random(11);
    for (int round = 0; round < 20'000; ++round) {
        std::string garbage;
        for (auto length = random() % 200; length > 0; --length) {
            garbage += static_cast<char>(random() % 256);
        }
        const auto result = read_whole(garbage);
        BOOST_REQUIRE((result.now != state::open));
        BOOST_REQUIRE(result.used <= garbage.size());
    }
}

BOOST_AUTO_TEST_SUITE_END()
