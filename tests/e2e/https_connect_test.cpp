// Reaching targets through an HTTPS proxy with CONNECT (RFC 9110, 9.3.6). The test plays the proxy.
#include "tests/support/net/pattern.hpp"
#include "tests/support/peers/https_proxy.hpp"
#include "tests/support/peers/peers.hpp"
#include "tests/support/process/plugs.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace plug::test;
namespace data = boost::unit_test::data;

namespace {

const std::string established = "HTTP/1.1 200 Connection established\r\n\r\n";
constexpr const char* target_address = "10.11.12.13:443";

/// A plug behind a proxy that the test plays, with one client that waits.
struct proxied {
    listener front;
    running_plug plug;
    stream client;
    stream proxy;
    connect_request request;

    explicit proxied(const words& options = {}, const std::string& target = target_address)
        : proxied(options, target, {}) {}

    proxied(const words& options, const std::string& target, const std::string& credentials)
        : plug(start_plug({target}, together({"--via", credentials + front.address()}, options))),
          client(plug.connect()), proxy(front.accept()), request(receive_connect(proxy)) {}

    /// Checks that the tunnel is open both ways and that nothing but the session's bytes is in it.
    void check_open() {
        client.send("question");
        BOOST_TEST(proxy.receive(8) == "question");
        proxy.send("answer");
        BOOST_TEST(client.receive(6) == "answer");
    }

    /// Checks that the client was closed and got nothing of the reply.
    void check_refused() {
        const auto all = client.receive_to_end();
        BOOST_TEST(all.bytes == "");
        BOOST_TEST(all.end != stream_end::timed_out);
    }
};

bool has_raw_control_characters(const std::string& text) {
    for (const char letter : text)
        if ((static_cast<unsigned char>(letter) < 0x20 && letter != '\n') || letter == 0x7f)
            return true;
    return false;
}

} // namespace

BOOST_AUTO_TEST_SUITE(https_connect)

BOOST_AUTO_TEST_CASE(the_request_names_the_target_and_has_a_host_header) {
    proxied session;
    BOOST_TEST(session.request.line.starts_with("CONNECT 10.11.12.13:443 HTTP/1."));
    BOOST_TEST(session.request.field("Host") == "10.11.12.13:443");
    BOOST_TEST(!session.request.has_field("Proxy-Authorization"));
    session.proxy.send(established);
    session.check_open();
}

BOOST_AUTO_TEST_CASE(an_ipv6_target_is_named_in_brackets) {
    proxied session({}, "[2001:db8::5]:443");
    BOOST_TEST(session.request.line.starts_with("CONNECT [2001:db8::5]:443 HTTP/1."));
    BOOST_TEST(session.request.field("Host") == "[2001:db8::5]:443");
}

BOOST_AUTO_TEST_CASE(credentials_are_sent_as_basic_authentication) {
    proxied session({}, target_address, "Aladdin:open sesame@");
    // The example of RFC 7617, 2.
    BOOST_TEST(session.request.field("Proxy-Authorization") ==
               "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    session.proxy.send(established);
    session.check_open();
}

BOOST_AUTO_TEST_CASE(credentials_never_reach_a_log) {
    proxied session({"--debug", "--log-connections"}, target_address, "Aladdin:sesame@");
    session.proxy.send("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    session.check_refused();
    BOOST_TEST(session.plug.says("407"));
    BOOST_TEST(session.plug.stop() == 0);
    BOOST_TEST(session.plug.errors().find("sesame") == std::string::npos);
    BOOST_TEST(session.plug.errors().find("QWxhZGRpbjpzZXNhbWU=") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(names_are_passed_through_unresolved) {
    proxied session({}, "no-such-host.invalid:8443");
    BOOST_TEST(session.request.line.starts_with("CONNECT no-such-host.invalid:8443 HTTP/1."));
    session.proxy.send(established);
    session.check_open();
}

BOOST_DATA_TEST_CASE(any_2xx_opens_the_tunnel,
                     data::make({"HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.0 200 OK\r\n\r\n",
                                 "HTTP/1.1 201 Created\r\n\r\n", "HTTP/1.1 299 Whatever\r\n\r\n",
                                 "HTTP/1.1 204 \r\n\r\n",
                                 "HTTP/1.1 200 OK\r\nVia: x\r\nX-Long: a b c\r\n\r\n"}),
                     reply) {
    proxied session;
    session.proxy.send(reply);
    session.check_open();
}

BOOST_DATA_TEST_CASE(a_bare_line_feed_is_tolerated,
                     data::make({"HTTP/1.1 200 OK\n\n", "HTTP/1.1 200 OK\nVia: x\n\n",
                                 "HTTP/1.1 200 OK\r\nVia: x\n\r\n",
                                 "HTTP/1.1 200 OK\nVia: x\r\n\n"}),
                     reply) {
    proxied session;
    session.proxy.send(reply);
    session.check_open();
}

BOOST_AUTO_TEST_CASE(interim_replies_are_skipped) {
    proxied session;
    session.proxy.send("HTTP/1.1 100 Continue\r\n\r\n");
    session.proxy.send("HTTP/1.1 102 Processing\r\nX: y\r\n\r\n");
    session.client.send("early");
    BOOST_TEST(session.proxy.is_silent_for(200ms));
    session.proxy.send(established);
    BOOST_TEST(session.proxy.receive(5) == "early");
    session.check_open();
}

BOOST_AUTO_TEST_CASE(interim_and_final_reply_in_one_portion_with_bytes_behind_them) {
    proxied session;
    session.proxy.send("HTTP/1.1 100 Continue\r\n\r\n" + established + "welcome");
    BOOST_TEST(session.client.receive(7) == "welcome");
    session.check_open();
}

BOOST_AUTO_TEST_CASE(a_reply_that_comes_byte_by_byte_is_understood) {
    proxied session;
    for (const char letter : "HTTP/1.1 200 OK\r\nVia: x\r\n\r\n" + std::string("behind")) {
        session.proxy.send(std::string(1, letter));
        std::this_thread::sleep_for(1ms);
    }
    BOOST_TEST(session.client.receive(6) == "behind");
    session.check_open();
}

BOOST_AUTO_TEST_CASE(every_byte_behind_the_header_belongs_to_the_session) {
    proxied session;
    const std::string behind = "\r\n\r\nHTTP/1.1 500 No\r\n\r\n" + pattern(1, 0, 50'000);
    session.proxy.send(established + behind);
    session.proxy.half_close();
    const auto all = session.client.receive_to_end();
    BOOST_TEST((all.bytes == behind));
    BOOST_TEST(all.end == stream_end::orderly);
}

BOOST_AUTO_TEST_CASE(nothing_of_the_client_is_sent_before_the_tunnel_is_open) {
    proxied session;
    session.client.send("secret");
    session.client.half_close();
    BOOST_TEST(session.proxy.is_silent_for(500ms));
    session.proxy.send(established);
    const auto all = session.proxy.receive_to_end();
    BOOST_TEST(all.bytes == "secret");
    BOOST_TEST(all.end == stream_end::orderly);
}

BOOST_DATA_TEST_CASE(any_other_status_closes_the_client_and_the_status_line_is_logged,
                     data::make({"HTTP/1.1 403 Forbidden by rule 7", "HTTP/1.1 301 Moved",
                                 "HTTP/1.1 502 Bad Gateway",
                                 "HTTP/1.1 407 Proxy Authentication Required",
                                 "HTTP/1.1 600 Strange"}),
                     status_line) {
    proxied session;
    session.client.send("secret");
    session.proxy.send(std::string(status_line) + "\r\nContent-Length: 4\r\n\r\nbody");
    session.check_refused();
    BOOST_TEST(session.plug.says(literally(status_line)));
    const auto sent = session.proxy.receive_to_end();
    BOOST_TEST(sent.bytes == "");
}

BOOST_DATA_TEST_CASE(
    a_status_line_that_is_none_closes_the_client,
    data::make({"HTTP/1.1 2000 OK\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1  200 OK\r\n\r\n",
                "HTTP/1.1\t200 OK\r\n\r\n", "HTTP/1.1 200OK\r\n\r\n", "HTTP/2 200 OK\r\n\r\n",
                "HTTP/1.1 +200 OK\r\n\r\n", "http/1.1 200 OK\r\n\r\n", "ICY 200 OK\r\n\r\n",
                " HTTP/1.1 200 OK\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n\r\n", "\r\n\r\n"}),
    reply) {
    proxied session;
    session.client.send("secret");
    session.proxy.send(reply);
    session.check_refused();
    BOOST_TEST(session.proxy.receive_to_end().bytes == "");
}

BOOST_AUTO_TEST_CASE(control_characters_of_a_reply_never_reach_a_log_raw) {
    proxied session({"--debug"});
    session.proxy.send("HTTP/1.1 403 \x1b[2J\x07\x01"
                       "bell\x7f\r\n\r\n");
    session.check_refused();
    BOOST_TEST(session.plug.says("403"));
    BOOST_TEST(!has_raw_control_characters(session.plug.errors()), session.plug.errors());
}

BOOST_AUTO_TEST_CASE(a_reply_header_beyond_16_kib_closes_the_client) {
    proxied session;
    const std::string field = "X-Filler: " + std::string(1000, 'x') + "\r\n";
    std::string reply = "HTTP/1.1 200 OK\r\n";
    for (int i = 0; i < 20; ++i)
        reply += field;
    BOOST_TEST((session.proxy.try_send(reply + "\r\n") || true));
    session.check_refused();
}

BOOST_AUTO_TEST_CASE(a_reply_header_just_below_16_kib_is_fine) {
    proxied session;
    constexpr std::size_t most = 16 * 1024;
    std::string reply = "HTTP/1.1 200 OK\r\nX-Filler: ";
    reply.append(most - reply.size() - 4, 'x');
    session.proxy.send(reply + "\r\n\r\n");
    session.check_open();
}

BOOST_AUTO_TEST_CASE(a_reply_line_without_an_end_closes_the_client) {
    proxied session;
    BOOST_TEST((session.proxy.try_send("HTTP/1.1 200 " + std::string(64 * 1024, 'x')) || true));
    session.check_refused();
}

BOOST_AUTO_TEST_CASE(a_proxy_that_ends_in_the_middle_of_its_reply_closes_the_client) {
    for (const bool by_reset : {false, true}) {
        proxied session;
        session.proxy.send("HTTP/1.1 200 OK\r\nVia: ");
        if (by_reset)
            session.proxy.reset();
        else
            session.proxy.close();
        session.check_refused();
    }
}

BOOST_AUTO_TEST_CASE(a_proxy_that_never_answers_is_given_up_at_the_deadline) {
    proxied session;
    // Ten seconds; patience is longer, so that only a missing deadline fails.
    session.check_refused();
    BOOST_TEST(session.plug.says("10\\.11\\.12\\.13:443.*no reply"));
}

BOOST_AUTO_TEST_CASE(the_next_target_is_tried_through_the_proxy_when_the_first_is_refused) {
    named_server good("good");
    tunnel_proxy proxy;
    auto plug = start_plug({closed_address(), good.address()}, {"--via", proxy.address()});
    BOOST_TEST(ask_name(plug.port()) == "good");
    BOOST_TEST(ask_name(plug.port()) == "good");
    BOOST_TEST(proxy.requests().size() == 3U);
}

BOOST_AUTO_TEST_CASE(a_proxy_that_is_down_is_named_in_the_log_and_the_client_is_closed) {
    const std::string proxy = closed_address();
    auto plug = start_plug({target_address}, {"--via", proxy});
    for (int i = 0; i < 3; ++i) {
        stream client = plug.connect();
        BOOST_TEST(client.receive_to_end().bytes == "");
    }
    BOOST_TEST(plug.says(literally(proxy) + ".*refused"));
    BOOST_TEST(plug.stop() == 0);
    BOOST_TEST(count_matches(plug.errors(), literally(proxy) + ".*refused") == 1U, plug.errors());
}

BOOST_AUTO_TEST_CASE(a_proxy_that_comes_back_is_used_again_at_once) {
    named_server target("target");
    listener place;
    place.close();
    auto plug = start_plug({target.address()}, {"--via", place.address()});
    BOOST_TEST(plug.connect().receive_to_end().bytes == "");
    place.reopen();
    stream client = plug.connect();
    stream proxy = place.accept();
    BOOST_TEST(receive_connect(proxy).line.starts_with("CONNECT " + target.address()));
    proxy.send(established + "hello");
    BOOST_TEST(client.receive(5) == "hello");
}

BOOST_AUTO_TEST_CASE(ends_are_carried_over_through_a_tunnel) {
    proxied session;
    session.proxy.send(established);
    session.check_open();
    session.client.half_close();
    BOOST_TEST(session.proxy.receive_to_end().end == stream_end::orderly);
    session.proxy.send("late");
    session.proxy.reset();
    const auto all = session.client.receive_to_end();
    BOOST_TEST(all.bytes == "late");
    BOOST_TEST(all.end == stream_end::reset);
}

BOOST_AUTO_TEST_CASE(the_default_port_of_the_proxy_is_80) {
    program typed({"-n", "-h", "127.0.0.1:", "8080", "10.0.0.1"});
    BOOST_TEST(typed.exit_code() == 5);
    program converted({"convert", "--", "-h", "10.0.0.9", "8080", "10.0.0.1"});
    BOOST_TEST(converted.exit_code() == 0);
    BOOST_TEST(converted.output().find("10.0.0.9") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
