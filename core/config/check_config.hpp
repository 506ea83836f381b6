// The definition of an active health check: its kind, its times, and the answers that pass. Plain
// data with its defaults. Two targets whose address and check are equal share one probe.
#pragma once

#include "core/config/accepted_statuses.hpp"
#include "core/config/bounds.hpp"
#include "core/config/check_kind.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace plug {

/// The request of a check of kind `http`, and the statuses that pass.
struct http_check {
    /// GET and not HEAD: there are applications that answer HEAD with 405.
    std::string method = "GET";
    std::string path = "/";
    /// The Host field; empty = the target's name or address, with its port where that is not 80.
    std::string host;
    /// Success and redirects, as HAProxy and Kubernetes have it.
    status_ranges accepted{{200, 399}};

    bool operator==(const http_check&) const = default;
};

/// The definition of a check.
struct check_config {
    check_kind kind = check_kind::tcp;

    /// From the start of one probe to the start of the next. A dead target is found by the sessions
    /// that it refuses; probes are for one that hangs, which is then out within three intervals,
    /// and for one that comes back. 5 s (nginx Plus; HAProxy has 2 s, Kubernetes 10 s) finds both
    /// soon and writes few lines into the log of a target.
    std::chrono::milliseconds interval{5000};
    static constexpr bounds<std::chrono::milliseconds> intervals{std::chrono::milliseconds(100),
                                                                 std::chrono::hours(24)};
    /// The part of the interval by which a probe may come earlier or later, so that many plugs do
    /// not ask in step.
    double jitter = 0.1;
    static constexpr bounds<double> jitters{0, 0.5};
    /// So many probes in a row must pass before a target that is down is up, and so many must fail
    /// before one that is up is down: the defaults of HAProxy.
    unsigned rise = 2;
    unsigned fall = 3;
    static constexpr bounds<unsigned> probes_in_a_row{1, 100};
    /// For a whole probe, connect included; at most the interval.
    std::chrono::milliseconds timeout{2000};
    /// The port to probe; unset = the target's.
    std::optional<std::uint16_t> port;
    static constexpr bounds<std::uint16_t> ports{1, 65535};

    /// Of send_expect: the bytes themselves. An empty `expect` is there as soon as `send` is sent.
    std::string send;
    std::string expect;

    http_check http;

    /// Of mysql and postgresql: a user without a password and without rights. Empty = see
    /// mysql_protocol.cpp and postgresql_protocol.cpp for what is asked then.
    std::string user;

    /// Of command: the program and its arguments.
    std::vector<std::string> command;

    bool operator==(const check_config&) const = default;
};

/// Why a check is refused, as one phrase as in `problem`; empty = it is not. The dialogues rely on
/// it: no string of an operator can break out of the request that it is put into.
[[nodiscard]] std::string fault_of(const check_config& check);

} // namespace plug
