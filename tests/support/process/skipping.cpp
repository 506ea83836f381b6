#include "tests/support/process/skipping.hpp"

#include <boost/test/tree/test_unit.hpp>

#include <algorithm>
#include <cstdlib>

namespace plug::test {

using boost::unit_test::decorator::base_ptr;

bool runs_in_wine() { return std::getenv("PLUG_LAUNCHER") != nullptr; }

std::string as_told(std::string path) {
    if (!runs_in_wine())
        return path;
    std::replace(path.begin(), path.end(), '/', '\\');
    return "Z:" + path;
}

void not_in_wine::apply(boost::unit_test::test_unit& unit) {
    unit.add_precondition([reason = reason_](boost::unit_test::test_unit_id) {
        boost::test_tools::assertion_result result(!runs_in_wine());
        result.message() << reason;
        return result;
    });
}

base_ptr not_in_wine::clone() const { return base_ptr(new not_in_wine(*this)); }

void posix_only::apply(boost::unit_test::test_unit& unit) {
    unit.add_label("posix");
    not_in_wine::apply(unit);
}

base_ptr posix_only::clone() const { return base_ptr(new posix_only(*this)); }

} // namespace plug::test
