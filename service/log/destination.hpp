// The place of the log, as an option names it.
#pragma once

#include "core/config/named_values.hpp"
#include "core/config/parsed.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace plug {

enum class log_place : std::uint8_t {
    /// Standard error in the foreground, or the journal if standard error is a stream of it; the
    /// system's log in the background.
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

/// The places that have a name on this system.
[[nodiscard]] named_values<log_place> log_places() noexcept;

/// The name or the path; empty = usual.
[[nodiscard]] std::string text_of(const log_destination& destination);

/// The name of a place, or the path of a file, which has a slash or a dot.
[[nodiscard]] parsed<log_destination> parse_log_destination(std::string_view text);

} // namespace plug
