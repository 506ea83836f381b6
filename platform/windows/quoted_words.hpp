// Words as one command line of Windows, which every program takes apart for itself.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace plug::platform {

/// `word` in quotation marks, so that CommandLineToArgvW and the C library read it as it is: each
/// backslash in front of a quotation mark is doubled, and each quotation mark has one more.
inline std::wstring quoted(std::wstring_view word) {
    std::wstring made = L"\"";
    std::size_t backslashes = 0;
    for (const wchar_t each : word) {
        if (each == L'"') {
            made.append(backslashes + 1, L'\\');
        }
        backslashes = each == L'\\' ? backslashes + 1 : 0;
        made += each;
    }
    made.append(backslashes, L'\\');
    return made + L'"';
}

/// The program always in quotation marks: a path with a space, and none around it, may start
/// another program (C:\Program.exe). The words behind it where they need them.
inline std::wstring command_line(std::wstring_view program,
                                 const std::vector<std::wstring>& words) {
    std::wstring made = quoted(program);
    for (const auto& each : words) {
        const bool plain = !each.empty() && each.find_first_of(L" \t\n\v\"") == std::wstring::npos;
        made += L' ';
        made += plain ? each : platform::quoted(each); // and not that of std
    }
    return made;
}

} // namespace plug::platform
