// What an error of Windows means, in words.
#pragma once

#include <string>

#include <boost/system/error_code.hpp>

#include <windows.h>

namespace plug::platform {

/// The text for an error of GetLastError(), with its number, as that is what is looked up.
inline std::string message_of(DWORD error) {
    const boost::system::error_code code(static_cast<int>(error), boost::system::system_category());
    return code.message() + " (error " + std::to_string(error) + ")";
}

} // namespace plug::platform
