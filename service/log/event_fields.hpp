// What the fields of an event are called where a log has fields: in the journal.
#pragma once

#include "core/monitor/event.hpp"
#include "service/log/journal_message.hpp"

#include <string_view>

namespace plug {

/// Such as `target_down`.
[[nodiscard]] std::string_view name_of(const event& happened) noexcept;

/// Adds PLUG_EVENT and, where the event knows them, PLUG_NAME, PLUG_LISTEN_PORT, PLUG_TARGET,
/// PLUG_CLIENT, and all that is known of a session that has ended. README.md lists them.
void add_fields(journal_message& message, const event& happened);

} // namespace plug
