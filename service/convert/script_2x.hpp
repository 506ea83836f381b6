// Reads scripts that start plugs by lines of 2.x, as boot scripts do.
#pragma once

#include "core/config/validate.hpp"
#include "service/convert/foreign_forwards.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plug {

/// A 2.x line that is to become another form: its settings and what is wrong with it.
struct convertible_line {
    plug::settings settings;
    std::vector<problem> problems;
    /// `-V`
    bool version = false;
};
[[nodiscard]] convertible_line read_convertible_2x(std::span<const std::string> arguments);

/// The words behind `plug`, `/usr/local/sbin/plug`, `exec plug` and the like; all of them where
/// none of these comes first.
[[nodiscard]] std::span<const std::string> without_program(std::span<const std::string> words);

/// The plugs of every 2.x line of `text`, each with a name of its own. What the lines say of the
/// process holds for all of them; where two differ, that is told of both.
[[nodiscard]] read_forwards read_script_2x(std::string_view text);

} // namespace plug
