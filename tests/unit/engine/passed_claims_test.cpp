// Which listener takes which passed socket.
#include "core/engine/passed_claims.hpp"
#include "tests/support/process/system_abilities.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/test/unit_test.hpp>

using namespace plug;
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

std::shared_ptr<const platform::passed_socket>
listening_at(const std::string& where, const std::string& name, bool both_families = false) {
    asio::io_context context;
    const tcp::endpoint endpoint(asio::ip::make_address(where), 0);
    tcp::acceptor acceptor(context);
    acceptor.open(endpoint.protocol());
    if (endpoint.address().is_v6()) {
        acceptor.set_option(asio::ip::v6_only(!both_families));
    }
    acceptor.bind(endpoint);
    acceptor.listen();
    return std::make_shared<const platform::passed_socket>(acceptor.release(), name);
}

listen_address listen_at(const std::string& host,
                         const std::shared_ptr<const platform::passed_socket>& port_of) {
    return *parse_listen(host + ":" + std::to_string(port_of->local().port()));
}

/// What the claim of `where` gives: the name of the socket, why not, or nothing.
std::string claimed(passed_claims& claims, const listen_address& where) {
    std::string why;
    const auto found = claims.claim(where, why);
    return found ? found->name() : why;
}

} // namespace

BOOST_AUTO_TEST_SUITE(passed_claims, *boost::unit_test::precondition(plug::test::passes_sockets))

BOOST_AUTO_TEST_CASE(a_listen_claims_the_socket_of_its_very_address) {
    const platform::passed_sockets passed{
        listening_at("127.0.0.1", "v4"), listening_at("::1", "v6"), listening_at("::", "all", true),
        listening_at("::", "all v6"), listening_at("0.0.0.0", "all v4")};
    plug::passed_claims claims(passed);
    BOOST_TEST(claimed(claims, listen_at("127.0.0.2", passed[0])) == "");
    BOOST_TEST(claimed(claims, listen_at("*", passed[0])) == "");
    BOOST_TEST(claimed(claims, listen_at("127.0.0.1", passed[0])) == "v4");
    BOOST_TEST(claimed(claims, listen_at("[::1]", passed[1])) == "v6");
    BOOST_TEST(claimed(claims, listen_at("[::]", passed[2])) == "");
    BOOST_TEST(claimed(claims, listen_at("*", passed[2])) == "all");
    BOOST_TEST(claimed(claims, listen_at("*", passed[3])) == "");
    BOOST_TEST(claimed(claims, listen_at("[::]", passed[3])) == "all v6");
    BOOST_TEST(claims.unclaimed().size() == 1U);
    BOOST_TEST(claims.unclaimed().front()->name() == "all v4");
    BOOST_TEST(claims.hint(listen_at("*", passed[4])) ==
               "; the supervisor has passed " + to_text(passed[4]->local()) +
                   " (all v4), which is not that address: write it, or fd:all v4");
    BOOST_TEST(claims.hint(*parse_listen("1")) == "");
}

BOOST_AUTO_TEST_CASE(a_name_must_be_there_and_be_the_only_one) {
    const platform::passed_sockets passed{listening_at("127.0.0.1", "web"),
                                          listening_at("127.0.0.1", "two"),
                                          listening_at("127.0.0.1", "two")};
    plug::passed_claims claims(passed);
    BOOST_TEST(claimed(claims, *parse_listen("fd:web")) == "web");
    BOOST_TEST(claimed(claims, *parse_listen("fd:mail")) ==
               "cannot listen on fd:mail: the supervisor has passed no socket of that name");
    BOOST_TEST(claimed(claims, *parse_listen("fd:two")) ==
               "cannot listen on fd:two: the supervisor has passed 2 sockets of that name; write "
               "their addresses, such as " +
                   to_text(passed[1]->local()));
}

BOOST_AUTO_TEST_CASE(a_socket_has_one_listener) {
    const platform::passed_sockets passed{listening_at("127.0.0.1", "web")};
    plug::passed_claims claims(passed);
    BOOST_TEST(claimed(claims, listen_at("127.0.0.1", passed[0])) == "web");
    BOOST_TEST(claimed(claims, *parse_listen("fd:web")) ==
               "cannot listen on fd:web: another LISTEN has taken " + to_text(*passed[0]));
}

BOOST_AUTO_TEST_SUITE_END()
