// What is known about one session when it has ended: the data of its one line in the logs.
#pragma once

#include "core/monitor/pick_reason.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace plug {

/// A listener as logs name it; shared by everything that happens on it.
struct listener_label {
    std::string plug;
    /// The listening address as it was asked for; empty = all addresses.
    std::string address;
    /// The port that is bound.
    std::uint16_t port = 0;
};

/// Who or what ended a session.
enum class session_end : std::uint8_t {
    /// Both directions ended in order.
    completed,
    /// The client's connection failed.
    client_failed,
    /// The target's connection failed.
    target_failed,
    /// No target could be reached.
    no_target,
    /// The plug itself ended it: the grace time was over, or a second request to stop came.
    stopped,
    /// No byte moved for as long as the plug allows.
    idle_timeout,
    /// One side had ended its stream, and the other sent nothing for as long as the plug allows.
    half_closed_timeout,
    /// It had lasted as long as the plug allows.
    age_limit,
    /// Its target went down.
    target_down,
    /// A reload has taken its target out of the plug.
    target_removed,
    /// It had waited for a target with room for as long as the plug allows.
    queue_timeout,
    /// Every target was full, and as many clients waited as the plug allows.
    queue_full,
    /// The plug could not go on: out of memory, or a defect.
    internal
};

/// Whose doing the end of a session was: the first end of stream or failure came from there.
enum class session_party : std::uint8_t { client, target, plug };

/// How far a session had come.
enum class session_phase : std::uint8_t { queued, connecting, relaying };

/// One session, from accept to end.
struct session_record {
    std::shared_ptr<const listener_label> listener;
    /// v4-mapped addresses already turned into IPv4.
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
    /// Why it went to `target`; it went there behind `failed_attempts` others.
    pick_reason picked = pick_reason::none;
    /// Targets that were tried before the last one, or before it waited.
    std::uint16_t failed_attempts = 0;
    /// The error that ended it, where one did.
    boost::system::error_code error;
};

} // namespace plug
