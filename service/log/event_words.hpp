// The phrases that the texts of events are put together from.
#pragma once

#include "core/monitor/session_record.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace plug {

/// How logs name a listener: `(port)` or `(address port)`.
[[nodiscard]] std::string tag_of(const listener_label& listener);

/// The beginning of a line, `(port): `; `(-): ` without a listener.
[[nodiscard]] std::string tag(const std::shared_ptr<const listener_label>& listener);

/// The name of a target; `-` without one.
[[nodiscard]] std::string name_or_dash(const std::shared_ptr<const std::string>& target);

/// `1 session`, `2 sessions`.
[[nodiscard]] std::string count_of(std::uint64_t number, const std::string& thing);

/// What the system lacks.
[[nodiscard]] std::string lacking(const boost::system::error_code& error);

/// How a session ended, in the words of 2.x: `Complete.` or `Complete, status=N.`
[[nodiscard]] std::string status_text(session_end end);

/// Everything that is known about a session.
[[nodiscard]] std::string trace_of(const session_record& record);

} // namespace plug
