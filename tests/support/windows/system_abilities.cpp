#include "tests/support/process/system_abilities.hpp"

namespace plug::test {

using boost::test_tools::assertion_result;
using boost::unit_test::test_unit_id;

namespace {

assertion_result cannot(const char* why) {
    assertion_result result(false);
    result.message() << why;
    return result;
}

} // namespace

assertion_result removes_open_files(test_unit_id) {
    return cannot("Windows keeps the directory of a file that is open");
}

assertion_result scopes_are_names(test_unit_id) {
    return cannot("on Windows the scope of an address is a number");
}

assertion_result passes_sockets(test_unit_id) { return cannot("on Windows nobody passes sockets"); }

assertion_result knows_send_queues(test_unit_id) {
    return cannot("Wine has no SIO_TCP_INFO, which counts what waits in a socket");
}

std::vector<std::string> shell_words(const std::string& script) {
    return {R"(C:\windows\system32\cmd.exe)", "/c", script};
}

std::string endless_script() { return "for /l %i in (1,0,2) do @rem"; }

} // namespace plug::test
