// How commands ask a plug that runs: where it is asked, and for how long.
#pragma once

#include "service/commands/command.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

namespace plug {

inline constexpr command_option control_option{
    {"control", "PATH"}, "ask the plug that has its control channel there", true};
inline constexpr command_option name_option{{"name", "NAME"},
                                            "ask the plug that is the service of this name "
                                            "(plugdaemon)"};

/// Where the plug of the usual service is asked.
[[nodiscard]] std::string default_place();

/// Sets `place`, where the plug is asked, if `word` is --control or --name.
bool take_place(const given_word& word, std::string& place);

struct plug_question {
    std::string place;
    /// The bytes of the request.
    std::string request;
    std::chrono::milliseconds patience;
    std::size_t most_reply_bytes;
};

/// The reply. Without one, `exit_code` is set and the reason printed.
[[nodiscard]] std::optional<std::string> ask_running_plug(const plug_question& question,
                                                          int& exit_code);

} // namespace plug
