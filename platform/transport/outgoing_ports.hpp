// Where connect() looks for a local port, so that ports which rest in TIME_WAIT do not make it
// slow.
//
// The system tries half of its ports first, those of the parity of the first one (Linux:
// __inet_hash_connect). Once all of that half rest towards a target, each connect() goes through
// them in vain, thousands of ports each time. Then, and only then, connects towards this target are
// given a small part of the ports, and move on to the next part when it holds none that is free.
// The parts take turns, so that a port rests for as long as can be. A connect that takes long is
// looked at: a port of the other half says that the first one is used up. So few resting ports cost
// no system call.
#pragma once

#include "platform/local_ports.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace plug::platform {

/// Where one connect() finds its port.
struct port_choice {
    enum class kind : std::uint8_t {
        /// The system's choice among all ports.
        system,
        /// The system's choice among `ports` (IP_LOCAL_PORT_RANGE).
        window,
        /// The port `ports.first`, by bind().
        one,
        /// There is none: no connect().
        none
    };
    kind what = kind::system;
    port_range ports{};

    friend bool operator==(const port_choice&, const port_choice&) = default;
};

/// What the connects of one worker know of the ports. Bounded; belongs to one thread.
class outgoing_ports {
public:
    using time_point = std::chrono::steady_clock::time_point;
    using endpoint = boost::asio::ip::tcp::endpoint;
    using address = boost::asio::ip::address;

    enum class method : std::uint8_t {
        /// Linux from 6.3 on.
        windows,
        /// Older ones: we choose the port, the one of the longest rest first.
        own_choice,
        /// The system's choice, whatever it costs.
        none
    };

    /// `best` is used for as long as the system does not refuse it. `read` asks for the settings.
    explicit outgoing_ports(method best = method::windows,
                            ephemeral_ports (*read)() = &read_ephemeral_ports) noexcept;

    /// How many connects and binds found no free port where they looked. For tests.
    [[nodiscard]] std::uint64_t vain() const noexcept { return vain_; }
    [[nodiscard]] method used() const noexcept { return method_; }

private:
    friend class port_search;

    /// From one source address to one target whose first half of the ports was used up.
    struct way {
        endpoint target;
        address source;
        time_point used;
        /// Until then connects look where we say.
        time_point crowded_until;
        /// Until then no port is expected to be free.
        time_point exhausted_until;
        /// Until then it is not even tried.
        time_point rests_until;
        /// The number of the window or of the port whose turn it is.
        std::uint32_t position = 0;
    };

    [[nodiscard]] way* find(const endpoint& target, const address& source) noexcept;
    way& enter(const endpoint& target, const address& source, time_point now) noexcept;
    [[nodiscard]] bool read_ports(time_point now) noexcept;
    [[nodiscard]] bool is_of_second_half(std::uint16_t port, time_point now) noexcept;
    [[nodiscard]] std::uint32_t positions() const noexcept;
    [[nodiscard]] std::uint32_t first_position() const noexcept;
    [[nodiscard]] port_range at(std::uint32_t position) const noexcept;

    static constexpr std::size_t most_ways = 32;

    method method_;
    ephemeral_ports (*read_)();
    /// Workers begin apart from each other.
    std::uint32_t number_;
    ephemeral_ports ports_;
    std::optional<time_point> read_at_;
    /// So many connects until the port of a slow one is looked at.
    std::uint32_t connects_until_asked_ = 0;
    std::uint64_t vain_ = 0;
    std::size_t count_ = 0;
    std::array<way, most_ways> ways_;
};

/// The search of one connection for its port: connect() by choice() for as long as goes_on().
class port_search {
public:
    using time_point = outgoing_ports::time_point;
    using error_code = boost::system::error_code;

    /// `source` unset = the system chooses the address.
    port_search(outgoing_ports& ports, const outgoing_ports::endpoint& target,
                const std::optional<outgoing_ports::address>& source, time_point now) noexcept;

    [[nodiscard]] const port_choice& choice() const noexcept { return choice_; }
    /// What bind() is given for a choice of one port.
    [[nodiscard]] outgoing_ports::endpoint chosen_local() const noexcept;
    /// Whether the try before leaves a socket of no use: one bound to a port, or held to a window.
    [[nodiscard]] bool needs_new_socket() const noexcept { return needs_new_socket_; }

    /// The system knows no windows.
    void refuse_windows(time_point now) noexcept;
    /// connect(), or bind() before it, came to `error` at `now`; in_progress is none. True = once
    /// more, by another choice(); false = that was all, and a search that found no port at all has
    /// left address_not_available in `error`.
    [[nodiscard]] bool goes_on(error_code& error, time_point now) noexcept;

    /// Whether learn() wants to know the local port of the connection that was made.
    [[nodiscard]] bool wants_port() const noexcept { return wants_port_; }
    void learn(std::uint16_t local_port) noexcept;

private:
    using way = outgoing_ports::way;

    void begin_crowded(way& found) noexcept;
    void choose(way& found) noexcept;
    void look_at_connected(bool is_slow) noexcept;
    [[nodiscard]] bool after_vain(error_code& error) noexcept;
    [[nodiscard]] bool after_vain_round(way& searched, error_code& error) noexcept;
    [[nodiscard]] bool move_on(way& searched) noexcept;

    outgoing_ports& ports_;
    outgoing_ports::endpoint target_;
    outgoing_ports::address source_;
    time_point now_;
    port_choice choice_;
    std::uint32_t position_ = 0;
    std::uint32_t tries_left_ = 0;
    std::uint32_t stride_ = 1;
    bool was_crowded_ = false;
    bool is_exhausted_ = false;
    bool needs_new_socket_ = false;
    bool wants_port_ = false;
};

} // namespace plug::platform
