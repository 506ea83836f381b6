// Which characters the bytes of a file stand for.
#pragma once

#include "core/config/parsed.hpp"

#include <string>

namespace plug {

/// `bytes` as UTF-8 without a byte-order mark. UTF-16 is known by its mark, which PowerShell and
/// the Windows editor write; without a mark the bytes are UTF-8 already. Broken UTF-16 is refused.
[[nodiscard]] parsed<std::string> utf8_of(std::string bytes);

} // namespace plug
