// Passwords and the like in what plug prints: logs, journals and terminals are read by more people
// than the configuration is. Secret are the password of `via` and the bytes that a check sends, as
// these may log in. What a check runs shows in the list of processes, and is none.
#pragma once

#include "service/options/settings.hpp"

#include <string>
#include <string_view>

namespace plug {

/// What stands in the place of a secret.
inline constexpr std::string_view hidden = "***";

/// The settings as they may be shown. They cannot be run.
[[nodiscard]] settings without_secrets(settings shown);

/// `text`, a message, with what looks like `user:password@host` in a word as `user:***@host`.
[[nodiscard]] std::string without_credentials(std::string_view text);

} // namespace plug
