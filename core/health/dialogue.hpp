// The dialogue of an active health check with a connected target, and its verdict on the answers.
// Pure: it opens no socket, and knows no clock.
#pragma once

#include "core/config/address_forms.hpp"
#include "core/config/check_config.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace plug {

class protocol;

/// The next step of a dialogue.
struct step {
    enum class state {
        /// Send `send`, then read more and feed it.
        reading,
        /// The verdict. Send `send`, a farewell, even if that fails or blocks. Then close.
        passed,
        failed
    };
    state now = state::reading;
    std::string send;
    /// Of a verdict: why, as one phrase of at most 200 printable characters of ASCII.
    std::string reason;
    /// Of a verdict: when to close. Until then read on and discard the input, for a moment and for
    /// dialogue::limit bytes at most: a close while the target sends would be a reset, which
    /// servers write into their logs.
    enum class leaving {
        at_once,
        /// Once it has said something more.
        when_answered,
        /// Once it has closed: it is still talking, or about to close.
        when_closed
    };
    leaving leave = leaving::at_once;

    bool operator==(const step&) const = default;
};

/// The dialogue of one probe: opening(), then feed() for the input, or ended(), until there is a
/// verdict.
class dialogue {
public:
    /// The most bytes that are read before there is a verdict.
    static constexpr std::size_t limit = std::size_t{16} * 1024;

    explicit dialogue(std::unique_ptr<protocol> talk);
    dialogue(dialogue&& other) noexcept;
    dialogue& operator=(dialogue&& other) noexcept;
    ~dialogue();

    /// The first step. Call once.
    step opening();

    /// Takes `bytes` that the target has sent, in portions of any size. After a verdict the result
    /// is the verdict again, with nothing to send.
    step feed(std::string_view bytes);

    /// The target closed. Always a verdict.
    step ended();

    /// The next answer of the target, for "timed out waiting for ...".
    [[nodiscard]] std::string awaited() const;

    /// Whether the target had sent more than the verdict needed: perhaps the answer to the
    /// farewell.
    [[nodiscard]] bool has_said_more() const noexcept { return has_said_more_; }

private:
    step settled(step next);

    std::unique_ptr<protocol> talk_;
    std::string unread_;
    std::size_t taken_ = 0;
    step verdict_; // `reading` while there is none
    bool has_said_more_ = false;
};

/// The dialogue of a check, of any kind but `command`, whose fault_of() is empty, with `target`,
/// with the port that is connected to.
dialogue make_dialogue(const check_config& check, const host_port& target);

} // namespace plug
