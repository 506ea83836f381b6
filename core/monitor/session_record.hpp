// The record of one session that has ended: the data of its line in the logs.
#pragma once

#include "core/monitor/pick_reason.hpp"
#include "core/monitor/session_end.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace plug {

/// The names of a listener in logs; shared by all its events.
struct listener_label {
    std::string plug;
    /// The listening address as configured; empty = all addresses.
    std::string address;
    /// The port that is bound.
    std::uint16_t port = 0;
};

/// The phase in which a session ended.
enum class session_phase : std::uint8_t { queued, connecting, relaying };

inline constexpr auto session_phases =
    std::to_array<named_value<session_phase>>({{"queued", session_phase::queued},
                                               {"connecting", session_phase::connecting},
                                               {"relaying", session_phase::relaying}});
static_assert(are_complete(session_phases, session_phase::relaying));

[[nodiscard]] constexpr std::string_view name_of(session_phase phase) noexcept {
    return row_in(session_phases, phase).name;
}

/// One session, from accept to end.
struct session_record {
    std::shared_ptr<const listener_label> listener;
    /// A v4-mapped address is turned into IPv4.
    boost::asio::ip::tcp::endpoint client;
    /// `address:port` or `name:port` of the last target that was tried; shared with the target.
    /// Null for one that ended while it waited for a target.
    std::shared_ptr<const std::string> target;
    /// Bytes read from the client, and from the target.
    std::uint64_t from_client = 0;
    std::uint64_t from_target = 0;
    std::chrono::system_clock::time_point ended_at;
    /// From accept to end, and from accept to the connected target (zero = never connected).
    std::chrono::microseconds duration{0};
    std::chrono::microseconds until_connected{0};
    session_end end = session_end::completed;
    session_party ended_by = session_party::plug;
    session_phase phase = session_phase::connecting;
    /// Why `target` was picked, after `failed_attempts` others.
    pick_reason picked = pick_reason::none;
    /// The number of targets that were tried before the last one, or before it waited.
    std::uint16_t failed_attempts = 0;
    /// The error that ended it, if one did.
    boost::system::error_code error;
};

} // namespace plug
