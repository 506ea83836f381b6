#include "core/config/address_forms.hpp"
#include "tests/support/process/system_abilities.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace plug;

namespace {

address numeric(const std::string& text) { return boost::asio::ip::make_address(text); }

bool covers(const std::string& network, const std::string& client) {
    const auto read = parse_network(network);
    BOOST_REQUIRE_MESSAGE(read, network << ": " << read.why);
    return read->contains(numeric(client));
}

} // namespace

BOOST_AUTO_TEST_SUITE(address_forms)

BOOST_AUTO_TEST_CASE(a_port_is_a_number_from_1_to_65535) {
    BOOST_TEST(*parse_port("1") == 1);
    BOOST_TEST(*parse_port("65535") == 65535);
    BOOST_TEST(*parse_port("0443") == 443);
}

BOOST_AUTO_TEST_CASE(an_impossible_port_is_refused_with_the_range) {
    for (const std::string text : {"0", "65536", "70000", "abc", "12x", "-1", "+1", "", " 1", "1 ",
                                   "0x50", "99999999999999999999", "1.0"}) {
        const auto port = parse_port(text);
        BOOST_TEST(!port, text << " was taken");
        BOOST_TEST(port.why == "port '" + text + "' is not a number from 1 to 65535");
    }
}

BOOST_AUTO_TEST_CASE(addresses_are_read_in_numbers) {
    BOOST_TEST(*parse_address("10.0.0.1") == numeric("10.0.0.1"));
    BOOST_TEST(*parse_address("255.255.255.255") == numeric("255.255.255.255"));
    BOOST_TEST(*parse_address("::1") == numeric("::1"));
    BOOST_TEST(*parse_address("[2001:db8::1]") == numeric("2001:db8::1"));
}

BOOST_AUTO_TEST_CASE(a_v4_mapped_address_is_that_ipv4_address) {
    BOOST_TEST(*parse_address("::ffff:10.0.0.1") == numeric("10.0.0.1"));
    BOOST_TEST(*parse_host_port("[::ffff:10.0.0.1]:80")->numeric == numeric("10.0.0.1"));
    BOOST_TEST(*parse_listen("[::ffff:10.0.0.1]:80")->host == numeric("10.0.0.1"));
    BOOST_TEST(unmapped(numeric("::ffff:1.2.3.4")) == numeric("1.2.3.4"));
    BOOST_TEST(unmapped(numeric("::1.2.3.4")) == numeric("::1.2.3.4"));
}

BOOST_AUTO_TEST_CASE(a_scope_is_kept_and_must_name_an_interface,
                     *boost::unit_test::precondition(plug::test::scopes_are_names)) {
    const auto scoped = parse_address("fe80::1%lo");
    BOOST_REQUIRE_MESSAGE(scoped, scoped.why);
    BOOST_TEST(scoped->to_v6().scope_id() != 0U);
    BOOST_TEST(parse_host_port("[fe80::1%lo]:80")->numeric->to_v6().scope_id() ==
               scoped->to_v6().scope_id());
    BOOST_TEST(parse_listen("[fe80::1%lo]:80")->host->to_v6().scope_id() ==
               scoped->to_v6().scope_id());
    BOOST_TEST(parse_address("fe80::1%nosuchif").why ==
               "scope 'nosuchif' is no network interface of this machine");
}

BOOST_AUTO_TEST_CASE(octal_short_and_malformed_addresses_are_refused) {
    for (const std::string text :
         {"010.0.0.1",  "10.0.0.01", "10.1",       "10.0.1",   "1",         "10.0.0.0.1",
          "10.0.0.256", "10.0.0.",   ".10.0.0",    "10..0.1",  "10.0.0.1 ", "0x0a.0.0.1",
          "host",       "",          "[10.0.0.1]", "[::1",     "::1]",      "[]",
          ":::1",       "1:2",       "::g",        "fe80::1%", "*"}) {
        const auto read = parse_address(text);
        BOOST_TEST(!read, text << " was taken");
        BOOST_TEST(!read.why.empty());
    }
}

BOOST_AUTO_TEST_CASE(a_leading_zero_is_named_as_the_reason) {
    BOOST_TEST(parse_address("010.0.0.1").why.find("octal") != std::string::npos);
    BOOST_TEST(parse_address("10.1").why.find("four numbers") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_three_forms_of_all_addresses_are_one) {
    for (const char* text : {"443", ":443", "*:443"}) {
        const auto listen = parse_listen(text);
        BOOST_REQUIRE_MESSAGE(listen, text << ": " << listen.why);
        BOOST_TEST(!listen->host.has_value());
        BOOST_TEST(listen->port == 443);
        BOOST_TEST(listen->outgoing.empty());
    }
}

BOOST_AUTO_TEST_CASE(a_listener_may_have_an_address_and_an_outgoing_side) {
    const auto v4 = parse_listen("10.0.0.1:443/10.0.0.2");
    BOOST_REQUIRE(v4);
    BOOST_TEST(*v4->host == numeric("10.0.0.1"));
    BOOST_TEST(v4->outgoing == "10.0.0.2");
    const auto v6 = parse_listen("[::1]:443/eth0.100");
    BOOST_REQUIRE(v6);
    BOOST_TEST(*v6->host == numeric("::1"));
    BOOST_TEST(v6->outgoing == "eth0.100");
    BOOST_TEST(parse_listen("*:443/2001:db8::1")->outgoing == "2001:db8::1");
    BOOST_TEST(parse_listen("443/eth0")->port == 443);
    BOOST_TEST(*parse_listen("0.0.0.0:443")->host == numeric("0.0.0.0"));
}

BOOST_AUTO_TEST_CASE(a_listener_may_be_a_passed_socket_by_its_name) {
    const auto named = parse_listen("fd:web");
    BOOST_REQUIRE(named);
    BOOST_TEST(named->passed_name == "web");
    BOOST_TEST(named->port == 0);
    BOOST_TEST(to_text(*named) == "fd:web");
    BOOST_TEST(parse_listen("fd:443")->passed_name == "443");
    const auto outgoing = parse_listen("fd:plugdaemon.socket/eth0");
    BOOST_REQUIRE(outgoing);
    BOOST_TEST(outgoing->passed_name == "plugdaemon.socket");
    BOOST_TEST(outgoing->outgoing == "eth0");
    BOOST_TEST(parse_listen("fd::1").why == "has no port; write [fd::1]:PORT"); // an IPv6 address
    for (const auto& text : {std::string("fd:"), std::string("fd:/eth0"), std::string("fd:a\tb"),
                             "fd:" + std::string(256, 'a')}) {
        BOOST_TEST(!parse_listen(text), text << " was taken");
    }
}

BOOST_AUTO_TEST_CASE(an_impossible_listener_is_refused) {
    for (const std::string text : {"",
                                   ":",
                                   "*",
                                   "*:",
                                   "10.0.0.1",
                                   "::1",
                                   "::1:443",
                                   "[::1]",
                                   "[::1]443",
                                   "[::1]:0",
                                   "10.0.0.1:",
                                   "10.0.0.1:0",
                                   "10.0.0.1:65536",
                                   "localhost:80",
                                   "443/",
                                   "443/a b",
                                   "443/10.1",
                                   "443/a/b",
                                   "10.1:443",
                                   "-1",
                                   "[::1:443",
                                   "443:443"}) {
        const auto listen = parse_listen(text);
        BOOST_TEST(!listen, text << " was taken");
        BOOST_TEST(!listen.why.empty());
    }
}

BOOST_AUTO_TEST_CASE(a_listener_without_a_port_is_told_how_to_write_one) {
    BOOST_TEST(parse_listen("10.0.0.1").why == "has no port; write 10.0.0.1:PORT");
    BOOST_TEST(parse_listen("::1").why == "has no port; write [::1]:PORT");
    BOOST_TEST(parse_listen("[::1]").why == "has no port; write [::1]:PORT");
}

BOOST_AUTO_TEST_CASE(a_target_is_an_address_or_a_name_with_or_without_a_port) {
    const std::vector<std::pair<std::string, std::pair<std::string, int>>> good{
        {"10.0.0.1", {"10.0.0.1", 0}},
        {"10.0.0.1:80", {"10.0.0.1", 80}},
        {"::1", {"::1", 0}},
        {"[::1]", {"::1", 0}},
        {"[::1]:80", {"::1", 80}},
        {"example.com", {"example.com", 0}},
        {"example.com.:80", {"example.com.", 80}},
        {"a_b-c.d:1", {"a_b-c.d", 1}},
        {"3com.example", {"3com.example", 0}},
        {std::string(63, 'a') + ".b", {std::string(63, 'a') + ".b", 0}}};
    for (const auto& [text, expected] : good) {
        const auto read = parse_host_port(text);
        BOOST_REQUIRE_MESSAGE(read, text << ": " << read.why);
        BOOST_TEST(read->host == expected.first);
        BOOST_TEST(read->port == expected.second);
        const bool name = expected.first.find_first_of("ab") != std::string::npos;
        BOOST_TEST(read->numeric.has_value() != name, text);
    }
}

BOOST_AUTO_TEST_CASE(what_is_neither_an_address_nor_a_name_is_refused) {
    const std::string long_label(64, 'a');
    std::string long_name = "a";
    while (long_name.size() <= 253) {
        long_name += ".a";
    }
    for (const std::string& text : {std::string(),
                                    std::string(":80"),
                                    std::string("host:"),
                                    std::string("host:0"),
                                    std::string("host:65536"),
                                    std::string("host:x"),
                                    std::string("-a.b"),
                                    std::string("a-.b"),
                                    std::string("a..b"),
                                    std::string(".a"),
                                    std::string("a b"),
                                    std::string("a/b"),
                                    std::string("host\n"),
                                    std::string("10.0.0"),
                                    std::string("10.0.0.256"),
                                    std::string("12345"),
                                    std::string("host.1"),
                                    std::string("0x7f.0x1"),
                                    std::string("[host]:80"),
                                    std::string("[10.0.0.1]:80"),
                                    std::string("[::1"),
                                    std::string("[::1]80"),
                                    std::string("."),
                                    long_label,
                                    long_name}) {
        const auto read = parse_host_port(text);
        BOOST_TEST(!read, text << " was taken");
        BOOST_TEST(!read.why.empty());
    }
}

BOOST_AUTO_TEST_CASE(a_network_holds_the_clients_whose_first_bits_are_equal) {
    BOOST_TEST(covers("10.0.0.0/8", "10.255.0.1"));
    BOOST_TEST(!covers("10.0.0.0/8", "11.0.0.1"));
    BOOST_TEST(covers("192.168.1.128/25", "192.168.1.200"));
    BOOST_TEST(!covers("192.168.1.128/25", "192.168.1.127"));
    BOOST_TEST(covers("10.0.0.1", "10.0.0.1"));
    BOOST_TEST(!covers("10.0.0.1", "10.0.0.2"));
    BOOST_TEST(covers("2001:db8::/33", "2001:db8:7fff::1"));
    BOOST_TEST(!covers("2001:db8::/33", "2001:db8:8000::1"));
    BOOST_TEST(covers("::1", "::1"));
    BOOST_TEST(!covers("::1/128", "::2"));
}

BOOST_AUTO_TEST_CASE(zero_bits_are_everyone_of_that_family) {
    BOOST_TEST(covers("0.0.0.0/0", "203.0.113.7"));
    BOOST_TEST(!covers("0.0.0.0/0", "::1"));
    BOOST_TEST(covers("::/0", "2001:db8::1"));
    BOOST_TEST(!covers("::/0", "10.0.0.1"));
}

BOOST_AUTO_TEST_CASE(host_bits_of_a_network_are_cut_off) {
    BOOST_TEST(parse_network("10.1.2.3/8")->base == numeric("10.0.0.0"));
    BOOST_TEST(parse_network("10.1.2.255/27")->base == numeric("10.1.2.224"));
    BOOST_TEST(parse_network("2001:db8:ffff::1/36")->base == numeric("2001:db8:f000::"));
    BOOST_TEST(covers("10.1.2.3/8", "10.200.0.1"));
}

BOOST_AUTO_TEST_CASE(a_v4_mapped_network_or_client_counts_as_ipv4) {
    const auto mapped = parse_network("::ffff:10.0.0.0/104");
    BOOST_REQUIRE(mapped);
    BOOST_TEST(mapped->base == numeric("10.0.0.0"));
    BOOST_TEST(mapped->bits == 8U);
    BOOST_TEST(covers("10.0.0.0/8", "::ffff:10.1.2.3"));
    BOOST_TEST(!covers("::/0", "::ffff:10.1.2.3"));
    BOOST_TEST(covers("::ffff:10.0.0.1", "10.0.0.1"));
}

BOOST_AUTO_TEST_CASE(an_impossible_network_is_refused) {
    for (const std::string text :
         {"10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/x", "10.0.0.0/8/8",
          "10.0.0.0/255.0.0.0", "10/8", "10.0/16", "010.0.0.0/8", "/8", "", "host/8",
          "::ffff:10.0.0.0/64", "fe80::%lo/64", "10.0.0.0/+8"}) {
        const auto network = parse_network(text);
        BOOST_TEST(!network, text << " was taken");
        BOOST_TEST(!network.why.empty());
    }
    BOOST_TEST(parse_network("10.0.0.0/33").why ==
               "the number of bits '33' is not a number from 0 to 32");
    BOOST_TEST(parse_network("::/129").why ==
               "the number of bits '129' is not a number from 0 to 128");
}

BOOST_AUTO_TEST_CASE(an_endpoint_with_ipv6_is_printed_in_brackets) {
    using endpoint = boost::asio::ip::tcp::endpoint;
    BOOST_TEST(to_text(endpoint(numeric("10.0.0.1"), 80)) == "10.0.0.1:80");
    BOOST_TEST(to_text(endpoint(numeric("::1"), 80)) == "[::1]:80");
    BOOST_TEST(to_text(*parse_host_port("[2001:DB8::1]:80")) == "[2001:db8::1]:80");
    BOOST_TEST(to_text(*parse_host_port("example.com:80")) == "example.com:80");
    BOOST_TEST(to_text(*parse_host_port("example.com")) == "example.com");
    BOOST_TEST(
        (unmapped(endpoint(numeric("::ffff:10.0.0.1"), 80)) == endpoint(numeric("10.0.0.1"), 80)));
}

BOOST_AUTO_TEST_SUITE_END()
