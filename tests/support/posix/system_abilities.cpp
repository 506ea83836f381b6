#include "tests/support/process/system_abilities.hpp"

namespace plug::test {

using boost::test_tools::assertion_result;
using boost::unit_test::test_unit_id;

assertion_result removes_open_files(test_unit_id) { return true; }
assertion_result scopes_are_names(test_unit_id) { return true; }
assertion_result passes_sockets(test_unit_id) { return true; }
assertion_result knows_send_queues(test_unit_id) { return true; }

std::vector<std::string> shell_words(const std::string& script) {
    return {"/bin/sh", "-c", script};
}

std::string endless_script() { return "sleep 600"; }

} // namespace plug::test
