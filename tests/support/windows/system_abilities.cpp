#include "tests/support/system_abilities.hpp"

#include <windows.h>

namespace plug::test {

using boost::test_tools::assertion_result;
using boost::unit_test::test_unit_id;

namespace {

assertion_result cannot(const char* why) {
    assertion_result result(false);
    result.message() << why;
    return result;
}

bool is_wine() {
    return GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "wine_get_version") != nullptr;
}

} // namespace

assertion_result removes_open_files(test_unit_id) {
    return cannot("Windows keeps the directory of a file that is open");
}

assertion_result delivers_resets(test_unit_id) {
    return is_wine() ? cannot("Wine tells of a reset only a read that waits: "
                              "the peer may see an end instead")
                     : assertion_result(true);
}

assertion_result scopes_are_names(test_unit_id) {
    return cannot("on Windows the scope of an address is a number");
}

} // namespace plug::test
