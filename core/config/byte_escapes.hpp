// Bytes of any value as printable text, for what a check sends and expects, and for what a log
// shows of a peer's words.
#pragma once

#include "core/config/parsed.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace plug {

/// The bytes that `text` stands for: `\r`, `\n`, `\t`, `\\`, `\xHH`, and every other character for
/// itself.
parsed<std::string> parse_escapes(std::string_view text);

/// One line of printable ASCII that parse_escapes() makes the same bytes of.
[[nodiscard]] std::string escaped(std::string_view bytes);

/// What a log shows of a peer's words: escaped, in quotation marks; where that is longer than
/// `most` characters, as much as fits and `...`, which stands behind the closing mark.
[[nodiscard]] std::string excerpt(std::string_view bytes, std::size_t most = 100);

} // namespace plug
