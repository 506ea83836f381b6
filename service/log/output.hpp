// Opens the log at its place.
#pragma once

#include "core/config/parsed.hpp"
#include "service/log/destination.hpp"
#include "service/log/system_output.hpp"

#include <functional>
#include <string>

namespace plug {

/// An open log.
struct log_output {
    line_writer write;
    /// Opens its file again if it was renamed; empty = it has no file. Call on the thread that
    /// writes.
    std::function<void()> reopen{};
};

/// The place of the log of this process, and what decides the usual one.
struct log_wish {
    log_destination destination;
    /// The name of the process in the system's log and in the journal.
    std::string identity;
    /// Standard error leads nowhere.
    bool in_background = false;
    /// The lines that the usual log of the foreground leaves to the system's log.
    log_share left_to_system = log_share::nothing;
};

/// Opens it, or says why its file cannot be written. A FIFO without a reader is no failure: the
/// usual log reports it. Call after the last fork and before privileges are given up, once in a
/// process.
[[nodiscard]] parsed<log_output> open_log_output(const log_wish& wish);

} // namespace plug
