#include "platform/append_file.hpp"
#include "platform/windows/file_handle.hpp"

#include <algorithm>
#include <cstdint>

namespace plug::platform {

namespace {

boost::system::error_code last_error() noexcept {
    return {static_cast<int>(::GetLastError()), boost::system::system_category()};
}

/// Opens what stands at `path`, or makes it, for writing behind its end alone: then the system puts
/// every piece there in one step. Others may read, write, rename and remove it meanwhile.
file_handle open_or_make_file(const std::filesystem::path& path) noexcept {
    return file_handle(::CreateFileW(path.c_str(), FILE_APPEND_DATA | FILE_READ_ATTRIBUTES,
                                     FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                                     nullptr, OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr));
}

} // namespace

void append_file::close() noexcept {
    if (descriptor_ >= 0) {
        close_descriptor(descriptor_);
        descriptor_ = -1;
    }
}

bool append_file::still_named() const noexcept { return names(path_, handle_of(descriptor_)); }

boost::system::error_code append_file::open_or_make() noexcept {
    file_handle opened = open_or_make_file(path_);
    if (!opened) {
        return last_error();
    }
    // A pipe that nobody reads would stop the log thread for good.
    if (::GetFileType(opened.get()) == FILE_TYPE_PIPE) {
        return make_error_code(boost::system::errc::invalid_argument);
    }
    descriptor_ = opened.to_descriptor();
    return descriptor_ < 0 ? make_error_code(boost::system::errc::too_many_files_open)
                           : boost::system::error_code();
}

/// Whether a file may be made in a folder is not asked: its access list alone does not say it.
boost::system::error_code append_file::would_open() const noexcept {
    const file_handle existing(::CreateFileW(
        path_.c_str(), FILE_APPEND_DATA, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
        nullptr, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr));
    // A folder that is not there is ERROR_PATH_NOT_FOUND.
    return existing || ::GetLastError() == ERROR_FILE_NOT_FOUND ? boost::system::error_code()
                                                                : last_error();
}

std::size_t append_file::write_some(std::string_view bytes,
                                    boost::system::error_code& failed) noexcept {
    constexpr std::size_t most_at_once = 1U << 30U;
    const auto length = static_cast<DWORD>(std::min(bytes.size(), most_at_once));
    DWORD count = 0;
    if (::WriteFile(handle_of(descriptor_), bytes.data(), length, &count, nullptr) == 0) {
        failed = last_error();
    }
    return count;
}

} // namespace plug::platform
