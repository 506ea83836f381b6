// What errors of a connect say of this system, and not of the target.
#pragma once

#include <boost/system/error_code.hpp>

namespace plug {

/// Out of something that every connection needs.
inline bool is_shortage(const boost::system::error_code& error) noexcept {
    namespace errc = boost::system::errc;
    return error == errc::too_many_files_open || error == errc::too_many_files_open_in_system ||
           error == errc::no_buffer_space || error == errc::not_enough_memory ||
           error == errc::resource_unavailable_try_again;
}

/// No free port towards this one target, or no address of its family.
inline bool lacks_local_address(const boost::system::error_code& error) noexcept {
    namespace errc = boost::system::errc;
    return error == errc::address_not_available || error == errc::address_in_use;
}

} // namespace plug
