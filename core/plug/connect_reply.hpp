// Reads the answer of an HTTPS proxy to CONNECT (RFC 9110, 9.3.6; RFC 9112, 4). Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace plug {

/// Takes the reply in portions of any size and says when the tunnel is open.
///
/// Interim replies (1xx) are skipped. Lines end in CR LF or in a bare LF. The status line must be
/// `HTTP/1.x NNN[ reason]`. All headers together, interim replies included, are at most `limit`.
class connect_reply {
public:
    /// Most bytes of header that a proxy may send before the tunnel.
    static constexpr std::size_t limit = std::size_t{16} * 1024;

    enum class state {
        /// More is needed.
        reading,
        /// A 2xx came and its header is complete: all that follows belongs to the session.
        open,
        /// Anything else; see why().
        refused
    };

    /// Reads from `bytes` and returns how many of them belong to the reply; less than all only when
    /// the state is no longer `reading`.
    std::size_t feed(std::string_view bytes);

    [[nodiscard]] state now() const noexcept { return state_; }

    /// After a refusal: the status line, or what is wrong with the reply; at most 200 bytes, as the
    /// proxy sent them.
    [[nodiscard]] const std::string& why() const noexcept { return why_; }

private:
    void take_line(std::string_view line);
    void take_status_line(std::string_view line);
    void refuse(std::string_view why);

    state state_ = state::reading;
    bool in_header_ = false; // behind a status line, before the blank line
    int status_ = 0;
    std::size_t taken_ = 0;
    std::string line_;
    std::string why_;
};

} // namespace plug
