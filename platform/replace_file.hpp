// A file that others read is given a new content in one step.
#pragma once

#include <filesystem>
#include <string_view>

#include <boost/system/error_code.hpp>

namespace plug::platform {

/// Gives the file that `path` leads to the content `text`: who reads it finds the old one or the
/// new one, whole. Mode and owner (on Windows the access rights) stay; where they cannot, nothing
/// is changed. A file that is not there is made, on Unix with mode 0640.
[[nodiscard]] boost::system::error_code replace_file(const std::filesystem::path& path,
                                                     std::string_view text);

} // namespace plug::platform
