// One message to the journal of systemd in its native form
// (https://systemd.io/JOURNAL_NATIVE_PROTOCOL/).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace plug {

class journal_message {
public:
    /// What is longer is cut: with the few fields that a message has, it stays one datagram.
    static constexpr std::size_t longest_value = std::size_t{32} * 1024;

    /// Adds a field. `name` is of upper-case letters, digits and underscores, and begins with a
    /// letter; `value` may hold any byte.
    void add(std::string_view name, std::string_view value);

    [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }

private:
    std::string bytes_;
};

} // namespace plug
