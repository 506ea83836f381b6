// Text that others have a hand in, made fit for a terminal, a journal and JSON: what moves a
// cursor, changes a setting or turns the direction of writing is written out.
#pragma once

#include <string>
#include <string_view>

namespace plug {

/// UTF-8 as it is, but each byte of a control character (C0, DEL, C1), of a line separator or mark
/// of direction (U+2028, U+202E, ...) and of what is no UTF-8 as `\xNN`.
[[nodiscard]] std::string harmless(std::string_view text);

/// The same with one `?` for each of them, and a space for a tab, so that columns stay.
[[nodiscard]] std::string harmless_in_columns(std::string_view text);

/// The same for JSON that was serialized, as `\uNNNN`.
[[nodiscard]] std::string harmless_json(std::string_view text);

/// Every byte that is not printable ASCII as `\xNN`, as the logs have it: nothing that a peer sends
/// may forge a line of its own.
[[nodiscard]] std::string printable(std::string_view text);

} // namespace plug
