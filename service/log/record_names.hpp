// The words for what a session record holds: its end, its phase, and why it got its target. One
// word for one thing in every log and reply.
#pragma once

#include "core/monitor/session_record.hpp"

#include <string>

namespace plug {

[[nodiscard]] const char* name_of(session_end end) noexcept;
[[nodiscard]] const char* name_of(session_phase phase) noexcept;
[[nodiscard]] const char* name_of(session_party party) noexcept;
[[nodiscard]] const char* name_of(pick_reason reason) noexcept;

/// `picked: rotation`, and what had failed before: `picked: first, failover: other targets had
/// failed (2)`.
[[nodiscard]] std::string how_picked(const session_record& record);

} // namespace plug
