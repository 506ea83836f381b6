// Where the log goes, as it is asked for.
#pragma once

#include "core/config/parsed.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace plug {

enum class log_place : std::uint8_t {
    /// Standard error in the foreground, the system's log in the background; the journal where
    /// standard error is a stream of it.
    usual,
    standard_error,
    /// syslog, or the event log of Windows.
    system,
    journal,
    file
};

struct log_destination {
    log_place place = log_place::usual;
    /// Set for log_place::file alone.
    std::optional<std::filesystem::path> file{};

    bool operator==(const log_destination&) const = default;
};

/// As an option says it; empty = usual.
[[nodiscard]] std::string text_of(const log_destination& destination);

/// A word is a place, and what looks like a path is a file.
[[nodiscard]] parsed<log_destination> parse_log_destination(std::string_view text);

} // namespace plug
