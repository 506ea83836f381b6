// pid_file: the lock is the share mode of the handle: others may read the file and not write to it.
// The handle may not ask for the right to delete: then few programs could read the file.
#include "platform/pid_file.hpp"
#include "platform/windows/file_handle.hpp"

#include <array>
#include <string_view>
#include <system_error>

namespace plug::platform {

namespace {

std::string begin_of_message(const std::filesystem::path& path) {
    return "pid file " + path.string() + ": ";
}

/// What the holder has written, where it is there to be read.
std::string read_number(const std::filesystem::path& path) {
    const file_handle file(::CreateFileW(path.c_str(), GENERIC_READ,
                                         FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                                         nullptr, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr));
    std::array<char, 32> text{};
    DWORD count = 0;
    if (!file || !::ReadFile(file.get(), text.data(), text.size(), &count, nullptr)) {
        return {};
    }
    const std::string_view read(text.data(), count);
    return std::string(read.substr(0, read.find_first_not_of("0123456789")));
}

std::string why_not_opened(const std::filesystem::path& path, DWORD error) {
    const auto start = begin_of_message(path);
    if (error == ERROR_SHARING_VIOLATION) {
        const auto number = read_number(path);
        return start + "held by " + (number.empty() ? "another process" : "process " + number) +
               ", which is running";
    }
    if (error == ERROR_PATH_NOT_FOUND) {
        return start + "the directory " + path.parent_path().string() + " does not exist";
    }
    return start + std::system_category().message(static_cast<int>(error));
}

/// A file that is a device, a link, or known under a second name is not ours to overwrite.
std::string why_unfit(const std::filesystem::path& path, HANDLE file) {
    const auto start = begin_of_message(path);
    const auto found = information_of(file);
    if (::GetFileType(file) != FILE_TYPE_DISK || !found) {
        return start + "is not a regular file";
    }
    if ((found->dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0) {
        return start + "is a symbolic link, which is never followed";
    }
    if (found->nNumberOfLinks > 1) {
        return start + "has more than one name (hard links)";
    }
    return {};
}

bool write_pid(HANDLE file) noexcept {
    const std::string text = std::to_string(::GetCurrentProcessId()) + "\n";
    DWORD count = 0;
    return ::SetEndOfFile(file) != 0 &&
           ::WriteFile(file, text.data(), static_cast<DWORD>(text.size()), &count, nullptr) != 0 &&
           count == text.size() && ::FlushFileBuffers(file) != 0;
}

} // namespace

std::optional<pid_file> pid_file::create(const std::filesystem::path& path, std::string& why,
                                         const std::optional<account>&) {
    file_handle file(::CreateFileW(path.c_str(), GENERIC_READ | GENERIC_WRITE,
                                   FILE_SHARE_READ | FILE_SHARE_DELETE, nullptr, OPEN_ALWAYS,
                                   FILE_FLAG_OPEN_REPARSE_POINT, nullptr));
    if (!file) {
        why = why_not_opened(path, ::GetLastError());
        return std::nullopt;
    }
    why = why_unfit(path, file.get());
    if (!why.empty()) {
        return std::nullopt;
    }
    if (!write_pid(file.get())) {
        why = why_not_opened(path, ::GetLastError());
        return std::nullopt;
    }
    const int descriptor = file.to_descriptor();
    if (descriptor < 0) {
        why = begin_of_message(path) + "too many open files";
        return std::nullopt;
    }
    return pid_file(path, descriptor);
}

void pid_file::release() noexcept {
    if (descriptor_ < 0) {
        return;
    }
    // The lock is still held here, so nobody else can have made this file his own. It goes when the
    // handle closes.
    if (names(path_, handle_of(descriptor_))) {
        ::DeleteFileW(path_.c_str());
    }
    close_descriptor(descriptor_);
    descriptor_ = -1;
}

} // namespace plug::platform
