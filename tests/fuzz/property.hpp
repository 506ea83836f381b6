// What fuzz targets have in common: properties that end the process where they do not hold, and
// inputs as words.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

namespace plug::fuzz {

/// Says which property failed and ends the process, which libFuzzer takes for a crash.
inline void require(bool holds, const char* property) {
    if (!holds) {
        std::fprintf(stderr, "property does not hold: %s\n", property);
        std::abort();
    }
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

/// Printable ASCII, and line ends where `lines`.
inline bool is_printable(std::string_view text, bool lines = false) {
    return std::all_of(text.begin(), text.end(),
                       [lines](char c) { return (c >= ' ' && c < 0x7f) || (lines && c == '\n'); });
}

/// The arguments of a command line: a word for each line of the input, up to the first zero byte,
/// as no argument holds one.
inline std::vector<std::string> words_of(std::string_view text) {
    text = text.substr(0, text.find('\0'));
    std::vector<std::string> words;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        words.emplace_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return words;
}

} // namespace plug::fuzz
