// Text between the UTF-8 of the program and the UTF-16 of the system.
#pragma once

#include <string>
#include <string_view>

#include <windows.h>

namespace plug::platform {

/// What is no UTF-8 becomes U+FFFD.
inline std::wstring to_wide(std::string_view text) {
    const auto length = static_cast<int>(text.size());
    const int size = ::MultiByteToWideChar(CP_UTF8, 0, text.data(), length, nullptr, 0);
    std::wstring wide(static_cast<std::size_t>(size), L'\0');
    ::MultiByteToWideChar(CP_UTF8, 0, text.data(), length, wide.data(), size);
    return wide;
}

inline std::string to_utf8(std::wstring_view wide) {
    const auto length = static_cast<int>(wide.size());
    const int size =
        ::WideCharToMultiByte(CP_UTF8, 0, wide.data(), length, nullptr, 0, nullptr, nullptr);
    std::string text(static_cast<std::size_t>(size), '\0');
    ::WideCharToMultiByte(CP_UTF8, 0, wide.data(), length, text.data(), size, nullptr, nullptr);
    return text;
}

} // namespace plug::platform
