// What the process tells the supervisor that started it: the protocol of systemd (sd_notify(3)),
// written by hand. Without a supervisor, and on systems that have none, nothing happens.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace plug::platform {

/// Sends `state`, lines such as `READY=1`, to the socket that NOTIFY_SOCKET names. A supervisor
/// that does not take it is no error. Any thread; does not wait.
void tell_supervisor(std::string_view state) noexcept;

/// Tells that a reload begins, with the time that systemd wants to know; its end is `READY=1`.
void tell_supervisor_of_reload() noexcept;

/// How often at least the supervisor is to hear `WATCHDOG=1` of this process (WATCHDOG_USEC and
/// WATCHDOG_PID); nothing = it does not ask for that.
[[nodiscard]] std::optional<std::chrono::microseconds> watchdog_interval() noexcept;

} // namespace plug::platform
