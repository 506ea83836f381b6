#include "tests/support/process/environment.hpp"

#include <cstdlib>
#include <ctime>

namespace plug::test {

void set_time_zone(const std::string& name) {
    ::_putenv_s("TZ", name.c_str()); // an empty value removes it
    ::_tzset();
}

} // namespace plug::test
