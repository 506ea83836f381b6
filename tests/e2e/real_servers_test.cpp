// Health checks in front of the servers that they are made for: each is stopped and started again,
// and its log is looked at for traces of the probes.
#include "tests/support/peers/known_servers.hpp"
#include "tests/support/peers/peers.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using namespace plug::test;
using boost::unit_test::precondition;

namespace {

/// How a client tells that it talks to the server.
struct talk {
    std::string says;
    std::string hears;
};

/// A probe that ran out of its time, which is the interval, would leave a trace of its own.
words check_of(const std::string& kind, const words& more = {}) {
    return together({"--check", kind, "--check-interval", "1s", "--check-timeout", "1s",
                     "--check-rise", "2", "--check-fall", "2", "--retry", "never", "--first"},
                    more);
}

/// Waits until it has said what it says of its start: it listens before that.
void wait_until_quiet(const real_server& server) {
    std::size_t before = 0;
    BOOST_TEST(eventually([&] {
        std::this_thread::sleep_for(500ms);
        return std::exchange(before, server.lines().size()) == server.lines().size();
    }));
}

/// Starts and stops the server where nobody asks it anything.
std::set<std::string> lines_without_probes(real_server& server) {
    server.start();
    wait_until_quiet(server);
    server.stop();
    return server.lines();
}

/// The kinds of lines that it has written, but for those that it writes anyway.
std::vector<std::string> traces(const real_server& server, const std::set<std::string>& usual) {
    const auto all = server.lines();
    std::vector<std::string> left;
    std::ranges::set_difference(all, usual, std::back_inserter(left));
    return left;
}

void reaches(const running_plug& plug, const talk& with) {
    auto client = plug.connect();
    client.send(with.says);
    BOOST_TEST(client.receive_until(with.hears).ends_with(with.hears));
}

/// Two probes in a row make it up; some more follow.
std::vector<std::string> traces_of_many_probes(const real_server& server,
                                               const std::set<std::string>& usual) {
    std::this_thread::sleep_for(2s);
    return traces(server, usual);
}

/// Gives what the probes have left in the server's log.
std::vector<std::string> goes_and_comes_back(real_server& server, const words& check,
                                             const talk& with) {
    const auto usual = lines_without_probes(server);
    named_server spare("spare");
    auto plug = start_plug({server.address(), spare.address()}, check);
    const auto name = literally(server.address());
    BOOST_TEST(plug.says("check of " + name + ".*; target is down", 1));
    BOOST_TEST(ask_name(plug.port()) == "spare");
    server.start();
    BOOST_TEST(plug.says("target " + name + " is up again", 1));
    auto found = traces_of_many_probes(server, usual);
    reaches(plug, with);
    server.stop();
    BOOST_TEST(plug.says("check of " + name + ".*; target is down", 2));
    BOOST_TEST(ask_name(plug.port()) == "spare");
    server.start();
    BOOST_TEST(plug.says("target " + name + " is up again", 2));
    reaches(plug, with);
    BOOST_TEST(plug.stop() == 0);
    return found;
}

std::string together_in_lines(const std::vector<std::string>& lines) {
    std::string all;
    for (const auto& line : lines)
        all += line + '\n';
    return all;
}

const precondition has_nginx(needs_server("usr/sbin/nginx", "nginx-light"));
const precondition has_postgresql(needs_server("usr/lib/postgresql/15/bin/postgres",
                                               "postgresql-15"));
const precondition has_redis(needs_server("usr/bin/redis-server", "redis-server"));
const precondition has_mariadb(needs_server("usr/sbin/mariadbd", "mariadb-server-core"));
const precondition has_openssh(needs_server("usr/sbin/sshd", "openssh-server"));
const precondition has_exim(needs_server("usr/sbin/exim4", "exim4-daemon-light"));

} // namespace

BOOST_AUTO_TEST_SUITE(real_servers)

BOOST_AUTO_TEST_CASE(nginx_notes_a_check_by_http_as_one_request_and_nothing_else, *has_nginx) {
    real_server server;
    be_nginx(server);
    const auto found = goes_and_comes_back(server, check_of("http"),
                                           {"GET / HTTP/1.0\r\n\r\n", "nginx of the test"});
    BOOST_REQUIRE(found.size() == 1U);
    BOOST_TEST(count_matches(found.front(), R"("GET / HTTP/#\.#" # # "-" "plug/#\.#"$)") == 1U,
               found.front());
}

BOOST_AUTO_TEST_CASE(nginx_hears_nothing_of_a_check_by_tls, *has_nginx) {
    real_server server;
    be_nginx_with_tls(server);
    const auto found = goes_and_comes_back(server, check_of("tls"),
                                           {"GET / HTTP/1.0\r\n\r\n", "sent to HTTPS port"});
    BOOST_TEST(found.empty(), together_in_lines(found));
}

BOOST_AUTO_TEST_CASE(postgresql_hears_nothing_of_its_check, *has_postgresql) {
    real_server server;
    be_postgresql(server);
    const std::string question("\0\0\0\x08\x04\xd2\x16\x2f", 8); // does it encrypt?
    const auto found = goes_and_comes_back(server, check_of("postgresql"), {question, "N"});
    BOOST_TEST(found.empty(), together_in_lines(found));
}

BOOST_AUTO_TEST_CASE(postgresql_hears_nothing_of_its_check_with_a_user_once_it_has_started,
                     *has_postgresql) {
    real_server server;
    be_postgresql(server);
    const std::string question("\0\0\0\x08\x04\xd2\x16\x2f", 8);
    auto found = goes_and_comes_back(server, check_of("postgresql", {"--check-user", "plug"}),
                                     {question, "N"});
    std::erase_if(found, [](const std::string& line) {
        return line.ends_with("FATAL:  the database system is starting up");
    });
    BOOST_TEST(found.empty(), together_in_lines(found));
}

BOOST_AUTO_TEST_CASE(redis_hears_nothing_of_its_check, *has_redis) {
    real_server server;
    be_redis(server);
    const auto found = goes_and_comes_back(server, check_of("redis"), {"PING\r\n", "+PONG\r\n"});
    BOOST_TEST(found.empty(), together_in_lines(found));
}

BOOST_AUTO_TEST_CASE(mariadb_hears_nothing_of_its_check_with_a_user, *has_mariadb) {
    real_server server;
    be_mariadb(server, "plug_check");
    const auto found = goes_and_comes_back(
        server, check_of("mysql", {"--check-user", "plug_check"}), {"", "MariaDB"});
    BOOST_TEST(found.empty(), together_in_lines(found));
}

BOOST_AUTO_TEST_CASE(mariadb_complains_of_its_check_without_a_user_and_of_nothing_else,
                     *has_mariadb) {
    real_server server;
    be_mariadb(server, "");
    const auto found = goes_and_comes_back(server, check_of("mysql"), {"", "MariaDB"});
    BOOST_REQUIRE(found.size() == 1U);
    BOOST_TEST(count_matches(found.front(), "Access denied for user 'plug_check'@") == 1U,
               found.front());
}

BOOST_AUTO_TEST_CASE(openssh_writes_that_a_connection_closed_for_its_check, *has_openssh) {
    real_server server;
    be_openssh(server);
    const auto found = goes_and_comes_back(server, check_of("ssh"), {"", "SSH-2.0-OpenSSH"});
    BOOST_TEST(together_in_lines(found) == "Connection closed by #.#.#.# port # [preauth]\n");
}

// Exim answers QUIT after 200 ms.
BOOST_AUTO_TEST_CASE(a_mail_server_hears_nothing_of_its_check, *has_exim) {
    real_server server;
    be_mail_server(server);
    const auto found = goes_and_comes_back(server, check_of("smtp"), {"", "220 mail.example"});
    BOOST_TEST(found.empty(), together_in_lines(found));
}

BOOST_AUTO_TEST_SUITE_END()
