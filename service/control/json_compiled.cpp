// Boost.JSON, compiled once here, as Debian's package of its library is not needed for anything
// else.
#include <boost/json/src.hpp>
