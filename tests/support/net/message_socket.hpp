// A datagram socket with a name, on which a test plays a log service.
#pragma once

#include "tests/support/net/descriptor.hpp"
#include "tests/support/process/waiting.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace plug::test {

class message_socket {
public:
    /// Everyone may write to it.
    explicit message_socket(const std::filesystem::path& path);

    /// Every message so far, as it was sent.
    [[nodiscard]] const std::vector<std::string>& messages();
    /// Waits until one message matches the regular expression.
    [[nodiscard]] bool has(const std::string& expression);
    [[nodiscard]] std::size_t count(const std::string& expression);

private:
    descriptor socket_;
    std::vector<std::string> messages_;
};

/// Runs `body` in a thread that sees a /run of its own, and so do programs started there: with the
/// journal of systemd where `has_journal` says so, and with nothing else. Needs root.
void in_own_runtime_files(bool has_journal,
                          const std::function<void(message_socket* journal)>& body);

} // namespace plug::test
