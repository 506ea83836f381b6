// The source of the event log: what tells its viewer where the texts of our events are.
#pragma once

#include <string>

#include <windows.h>

namespace plug::platform {

/// Registers `name` with the message table of `program`, this one; gives an error, or 0.
DWORD register_event_source(const std::wstring& name, const std::wstring& program);

/// Removes it; one that is not there is no error.
DWORD remove_event_source(const std::wstring& name);

} // namespace plug::platform
