// The log in the journal of systemd: each line with the fields of its event.
#pragma once

#include "platform/journal.hpp"
#include "service/log/system_output.hpp"

#include <memory>
#include <string>

namespace plug {

/// Lines in `open`, under the name `identity`. One that it does not take goes to `otherwise`.
[[nodiscard]] line_writer journal_lines(std::shared_ptr<platform::journal> open,
                                        const std::string& identity, line_writer otherwise);

/// The message that tells of `line`.
[[nodiscard]] std::string journal_message_of(const log_line& line, const std::string& identity);

} // namespace plug
