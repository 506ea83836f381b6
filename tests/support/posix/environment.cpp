#include "tests/support/process/environment.hpp"

#include <cstdlib>
#include <ctime>

namespace plug::test {

void set_time_zone(const std::string& name) {
    name.empty() ? ::unsetenv("TZ") : ::setenv("TZ", name.c_str(), 1);
    ::tzset();
}

} // namespace plug::test
