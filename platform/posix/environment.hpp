// What a supervisor says by the environment.
#pragma once

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string_view>

namespace plug::platform {

/// Empty = not set.
[[nodiscard]] inline std::string_view environment(const char* name) noexcept {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string_view() : std::string_view(value);
}

/// Nothing = not set, or no number.
[[nodiscard]] inline std::optional<std::uint64_t> number_in_environment(const char* name) noexcept {
    const auto text = environment(name);
    std::uint64_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || read.ec != std::errc() || read.ptr != text.data() + text.size()) {
        return std::nullopt;
    }
    return number;
}

} // namespace plug::platform
