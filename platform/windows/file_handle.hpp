// Files as Windows knows them: handles, their identity, and the small numbers that headers keep.
#pragma once

#include <filesystem>
#include <optional>
#include <utility>

#include <windows.h>

#include <fcntl.h>
#include <io.h>

namespace plug::platform {

/// A handle that closes with its owner.
class file_handle {
public:
    explicit file_handle(HANDLE opened = INVALID_HANDLE_VALUE) noexcept : handle_(opened) {}
    file_handle(file_handle&& other) noexcept
        : handle_(std::exchange(other.handle_, INVALID_HANDLE_VALUE)) {}
    file_handle& operator=(file_handle&&) = delete;
    ~file_handle() {
        if (*this) {
            ::CloseHandle(handle_);
        }
    }

    [[nodiscard]] explicit operator bool() const noexcept {
        return handle_ != INVALID_HANDLE_VALUE;
    }
    [[nodiscard]] HANDLE get() const noexcept { return handle_; }

    /// Gives the handle up for a descriptor of the C library, which close_descriptor() closes;
    /// negative = there is none left, and the handle stays.
    int to_descriptor() noexcept {
        const int made = ::_open_osfhandle(reinterpret_cast<std::intptr_t>(handle_), _O_BINARY);
        if (made >= 0) {
            handle_ = INVALID_HANDLE_VALUE;
        }
        return made;
    }

private:
    HANDLE handle_;
};

inline HANDLE handle_of(int descriptor) noexcept {
    return reinterpret_cast<HANDLE>(::_get_osfhandle(descriptor));
}

inline void close_descriptor(int descriptor) noexcept { ::_close(descriptor); }

/// What the system says of the open file; nothing where it is none on a disk.
inline std::optional<BY_HANDLE_FILE_INFORMATION> information_of(HANDLE file) noexcept {
    BY_HANDLE_FILE_INFORMATION found{};
    return ::GetFileInformationByHandle(file, &found) ? std::optional(found) : std::nullopt;
}

/// Whether `path` names the file that `file` has open.
inline bool names(const std::filesystem::path& path, HANDLE file) noexcept {
    const file_handle named(::CreateFileW(path.c_str(), FILE_READ_ATTRIBUTES,
                                          FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                                          nullptr, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr));
    const auto left = named ? information_of(named.get()) : std::nullopt;
    const auto right = information_of(file);
    return left && right && left->dwVolumeSerialNumber == right->dwVolumeSerialNumber &&
           left->nFileIndexHigh == right->nFileIndexHigh &&
           left->nFileIndexLow == right->nFileIndexLow;
}

} // namespace plug::platform
