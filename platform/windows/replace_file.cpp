#include "platform/replace_file.hpp"
#include "platform/windows/file_handle.hpp"

#include <algorithm>
#include <string>

namespace plug::platform {

namespace {

boost::system::error_code last_error() noexcept {
    return {static_cast<int>(::GetLastError()), boost::system::system_category()};
}

bool write_all(HANDLE file, std::string_view text) noexcept {
    constexpr std::size_t most_at_once = 1U << 30U;
    while (!text.empty()) {
        DWORD count = 0;
        const auto length = static_cast<DWORD>(std::min(text.size(), most_at_once));
        if (::WriteFile(file, text.data(), length, &count, nullptr) == 0) {
            return false;
        }
        text.remove_prefix(count);
    }
    return ::FlushFileBuffers(file) != 0;
}

bool write_file(const std::filesystem::path& path, std::string_view text) noexcept {
    const file_handle made(::CreateFileW(path.c_str(), GENERIC_WRITE, 0, nullptr, CREATE_NEW,
                                         FILE_ATTRIBUTE_NORMAL, nullptr));
    return made && write_all(made.get(), text);
}

/// ReplaceFile() keeps the access rights of the file that is replaced.
bool put_in_place(const std::filesystem::path& made, const std::filesystem::path& target) noexcept {
    if (::GetFileAttributesW(target.c_str()) == INVALID_FILE_ATTRIBUTES) {
        return ::MoveFileExW(made.c_str(), target.c_str(), MOVEFILE_WRITE_THROUGH) != 0;
    }
    if (::ReplaceFileW(target.c_str(), made.c_str(), nullptr, 0, nullptr, nullptr) != 0) {
        return true;
    }
    // Then the old file is gone, and the new one still has its own name.
    return ::GetLastError() == ERROR_UNABLE_TO_MOVE_REPLACEMENT &&
           ::MoveFileExW(made.c_str(), target.c_str(), MOVEFILE_WRITE_THROUGH) != 0;
}

} // namespace

boost::system::error_code replace_file(const std::filesystem::path& path, std::string_view text) {
    std::error_code unknown;
    const auto target = std::filesystem::absolute(path, unknown); // Wine replaces by whole paths
    auto beside = target;
    beside += L"." + std::to_wstring(::GetCurrentProcessId()) + L".new";
    if (write_file(beside, text) && put_in_place(beside, target)) {
        return {};
    }
    const auto failed = last_error();
    const bool is_ours = failed.value() != ERROR_FILE_EXISTS;
    if (is_ours && ::GetFileAttributesW(target.c_str()) != INVALID_FILE_ATTRIBUTES) {
        ::DeleteFileW(beside.c_str());
    }
    return failed;
}

} // namespace plug::platform
