// What a failed system call left in errno.
#pragma once

#include <boost/system/error_code.hpp>

#include <cerrno>

namespace plug::platform {

/// errno as an error_code, in the category that Asio uses for its own.
inline boost::system::error_code last_error() noexcept {
    return {errno, boost::system::system_category()};
}

} // namespace plug::platform
