// The log in the journal of systemd: each line with the fields of its event, in the native form of
// the journal (https://systemd.io/JOURNAL_NATIVE_PROTOCOL/).
#pragma once

#include "platform/journal.hpp"
#include "service/log/system_output.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace plug {

/// One message.
class journal_message {
public:
    /// Longer values are cut, so that a message with its few fields stays one datagram.
    static constexpr std::size_t longest_value = std::size_t{32} * 1024;

    /// Adds a field. `name` is of upper-case letters, digits and underscores, and begins with a
    /// letter; `value` may hold any byte.
    void add(std::string_view name, std::string_view value);

    [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }

private:
    std::string bytes_;
};

/// Writes lines to `open`, under the name `identity`. A line that it does not take is written with
/// `otherwise`.
[[nodiscard]] line_writer journal_lines(std::shared_ptr<platform::journal> open,
                                        const std::string& identity, line_writer otherwise);

/// The message for `line`.
[[nodiscard]] std::string journal_message_of(const log_line& line, const std::string& identity);

} // namespace plug
