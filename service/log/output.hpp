// Opens the place where the log goes.
#pragma once

#include "core/config/parsed.hpp"
#include "service/log/destination.hpp"
#include "service/log/system_output.hpp"

#include <functional>
#include <string>

namespace plug {

/// A log that is open.
struct log_output {
    line_writer write;
    /// Opens its file anew where it was renamed; empty = it has none. On the thread that writes.
    std::function<void()> reopen{};
};

/// Where the log of this process is to be.
struct log_wish {
    log_destination destination;
    /// As what the system's log and the journal know it.
    std::string identity;
    /// Standard error leads nowhere.
    bool in_background = false;
    /// What the usual log of the foreground leaves to the system's log.
    log_share left_to_system = log_share::nothing;
};

/// Opens it, or tells why a file cannot be written. A FIFO that nobody reads yet is no reason: that
/// is told where the log would be otherwise. Call after the last fork and before privileges are
/// given up, once in a process.
[[nodiscard]] parsed<log_output> open_log_output(const log_wish& wish);

} // namespace plug
