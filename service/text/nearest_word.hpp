// Guesses which word was meant by one that was mistyped.
#pragma once

#include <span>
#include <string_view>

namespace plug {

/// The one of `candidates` that was most likely meant by `word`: one that it abbreviates, or the
/// nearest by typing errors; empty = none is near enough.
[[nodiscard]] std::string_view nearest_word(std::string_view word,
                                            std::span<const std::string_view> candidates);

} // namespace plug
