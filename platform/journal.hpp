// The journal of systemd, spoken to through its native socket, by hand: the protocol is stable, and
// libsystemd brings four libraries.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <boost/system/error_code.hpp>

namespace plug::platform {

/// Whether standard error leads to the journal, as JOURNAL_STREAM says (systemd.exec(5)).
[[nodiscard]] bool standard_error_is_journal() noexcept;

/// Whether this system may have a journal at all.
[[nodiscard]] bool knows_journal() noexcept;

/// A connection to the journal. Belongs to one thread.
class journal {
public:
    /// Where the journal listens.
    static constexpr const char* usual_socket = "/run/systemd/journal/socket";

    /// Connects; null = `failed` says why not. Where the journal is not reached by that path any
    /// more (a new root), the connection lasts as long as this journal.
    static std::unique_ptr<journal> open(boost::system::error_code& failed,
                                         const std::string& socket = usual_socket);

    ~journal();
    journal(const journal&) = delete;
    journal& operator=(const journal&) = delete;

    /// Sends one message, fields as the native protocol has them. Finds a journal that has
    /// restarted. Waits while the journal takes nothing.
    boost::system::error_code send(std::string_view message) noexcept;

private:
    explicit journal(std::string socket);
    boost::system::error_code connect() noexcept;
    void close() noexcept;

    std::string socket_;
    int descriptor_ = -1;
};

} // namespace plug::platform
