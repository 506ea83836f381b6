// What the system under the tests can do: preconditions of cases that need it.
#pragma once

#include <boost/test/tree/test_unit.hpp>

#include <string>
#include <vector>

namespace plug::test {

/// Whether a file that is open can be removed, and its directory too.
boost::test_tools::assertion_result removes_open_files(boost::unit_test::test_unit_id);

/// Whether the scope of an address may be the name of an interface.
boost::test_tools::assertion_result scopes_are_names(boost::unit_test::test_unit_id);

/// Whether a supervisor can pass sockets to what it starts.
boost::test_tools::assertion_result passes_sockets(boost::unit_test::test_unit_id);

/// Whether the system counts what waits in a socket to be acknowledged.
boost::test_tools::assertion_result knows_send_queues(boost::unit_test::test_unit_id);

/// The words that make the shell of the system run `script`.
[[nodiscard]] std::vector<std::string> shell_words(const std::string& script);

/// A script for it that does not end by itself.
[[nodiscard]] std::string endless_script();

} // namespace plug::test
