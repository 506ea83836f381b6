// The command lines of the commands that talk to a plug that runs: `plug reload`, `plug explain`.
#pragma once

#include "service/commands/dispatch.hpp"
#include "service/options/argument_splitter.hpp"

#include <span>
#include <string>

namespace plug {

/// Sets `place`, where the plug is asked, if `word` is --control or --name.
bool take_place(const given_word& word, std::string& place);

/// Reads `words`, what follows `reload`.
command parse_reload(std::span<const std::string> words);

/// Reads `words`, what follows `explain`.
command parse_explain(std::span<const std::string> words);

} // namespace plug
