// What the process tells the supervisor that started it: the protocol of systemd (sd_notify(3)),
// written by hand. Without a supervisor, and on systems that have none, nothing happens.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace plug::platform {

/// How long a supervisor that is busy is waited for with what it must not miss.
inline constexpr std::chrono::milliseconds supervisor_patience{2000};

/// Sends `state`, lines such as `READY=1`, to the socket that NOTIFY_SOCKET names. A supervisor
/// that does not take it is no error. Waits up to `patience` where the socket is full. Any thread.
void tell_supervisor(std::string_view state, std::chrono::milliseconds patience) noexcept;

/// Tells that a reload begins, with the time that systemd wants to know; its end is `READY=1`.
/// Waits up to supervisor_patience.
void tell_supervisor_of_reload() noexcept;

/// How often at least the supervisor is to hear `WATCHDOG=1` of this process (WATCHDOG_USEC and
/// WATCHDOG_PID); nothing = it does not ask for that.
[[nodiscard]] std::optional<std::chrono::microseconds> watchdog_interval() noexcept;

} // namespace plug::platform
