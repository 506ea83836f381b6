#include "platform/transport/outgoing_ports.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <atomic>
#include <new>
#include <utility>

namespace plug::platform {

namespace {

using namespace std::chrono_literals;
namespace errc = boost::system::errc;

/// Small enough that a search of it in vain costs little, large enough that few are in vain.
constexpr std::uint32_t window_size = 512;
/// So long a worker looks where we say, before it tries the system's choice again. TIME_WAIT takes
/// as long, so what made the ports short may be gone.
constexpr auto crowded_time = 60s;
/// A connect() that took longer has perhaps searched through many ports; or the machine is busy.
constexpr auto slow_connect = 100us;
/// Of so many connects one is looked at, at most.
constexpr std::uint32_t connects_for_one_asked = 16;
/// Own choices that one connect tries before it leaves the choice to the system.
constexpr std::uint32_t most_own_tries = 16;
constexpr std::uint32_t own_tries_while_exhausted = 2;
/// After no port was free anywhere: when all are searched again, and from one small search to the
/// next one meanwhile.
constexpr auto exhausted_time = 100ms;
constexpr auto rest_time = 2ms;

std::atomic<std::uint32_t> next_number{0};

bool is_vain(const boost::system::error_code& error) noexcept {
    return error == errc::address_not_available || error == errc::address_in_use;
}

} // namespace

outgoing_ports::outgoing_ports(method best, ephemeral_ports (*read)()) noexcept
    : method_(best), read_(read), number_(next_number.fetch_add(1, std::memory_order_relaxed)) {
    // Later ones, of a changed setting, are not told in a chroot.
    if (!read_ports(time_point::min())) {
        method_ = method::none;
    }
    read_at_.reset();
}

outgoing_ports::way* outgoing_ports::find(const endpoint& target, const address& source) noexcept {
    const auto end = ways_.begin() + static_cast<std::ptrdiff_t>(count_);
    const auto found = std::find_if(ways_.begin(), end, [&](const way& known) {
        return known.target == target && known.source == source;
    });
    return found == end ? nullptr : &*found;
}

/// Connects from `source` to `target` look where we say from now on. The way that was not used for
/// the longest time makes place.
outgoing_ports::way& outgoing_ports::enter(const endpoint& target, const address& source,
                                           time_point now) noexcept {
    way* entered = find(target, source);
    if (entered == nullptr) {
        entered = count_ < most_ways ? &ways_[count_++]
                                     : &*std::ranges::min_element(ways_, {}, &way::used);
        *entered = {target, source, now, {}, {}, {}, first_position()};
    }
    entered->used = now;
    entered->crowded_until = now + crowded_time;
    return *entered;
}

/// The system's settings may change; false = it does not tell.
bool outgoing_ports::read_ports(time_point now) noexcept {
    if (!read_at_ || now - *read_at_ >= crowded_time) {
        try {
            auto ports = read_();
            if (ports.range) {
                ports_ = std::move(ports);
            }
            read_at_ = now;
        } catch (const std::bad_alloc&) {
            return false; // there will be another slow connect
        }
    }
    return ports_.range.has_value();
}

bool outgoing_ports::is_of_second_half(std::uint16_t port, time_point now) noexcept {
    if (!read_ports(now)) {
        return false;
    }
    const auto [first, last] = *ports_.range;
    return first <= port && port <= last && (port - first) % 2 != 0;
}

std::uint32_t outgoing_ports::positions() const noexcept {
    const auto [first, last] = *ports_.range;
    const std::uint32_t count = std::uint32_t{last} - first + 1;
    return method_ == method::windows ? (count + window_size - 1) / window_size : count;
}

/// Multiples of the golden ratio lie far apart from each other, however many there are.
std::uint32_t outgoing_ports::first_position() const noexcept {
    constexpr std::uint32_t golden_ratio = 0x9E3779B9; // of 2^32
    const std::uint32_t part = number_ * golden_ratio;
    // The first half is used up: our own choice begins in the second one.
    const std::uint32_t half = method_ == method::windows ? positions() : positions() / 2;
    return static_cast<std::uint32_t>((std::uint64_t{part} * half) >> 32U);
}

/// A window, or one port; the ports of the second half come first.
port_range outgoing_ports::at(std::uint32_t position) const noexcept {
    const std::uint32_t first = ports_.range->first;
    const std::uint32_t last = ports_.range->last;
    const auto as_port = [](std::uint32_t port) { return static_cast<std::uint16_t>(port); };
    position %= positions();
    if (method_ == method::windows) {
        const std::uint32_t begin = first + position * window_size;
        return {as_port(begin), as_port(std::min(begin + window_size - 1, last))};
    }
    const std::uint32_t second_half = positions() / 2;
    const std::uint32_t port =
        position < second_half ? first + 1 + 2 * position : first + 2 * (position - second_half);
    return {as_port(port), as_port(port)};
}

port_search::port_search(outgoing_ports& ports, const outgoing_ports::endpoint& target,
                         const std::optional<outgoing_ports::address>& source,
                         time_point now) noexcept
    : ports_(ports), target_(target), source_(source.value_or(outgoing_ports::address{})),
      now_(now) {
    way* const found = ports.count_ == 0 ? nullptr : ports.find(target_, source_);
    if (found == nullptr) {
        return;
    }
    was_crowded_ = now - found->crowded_until < crowded_time;
    if (now < found->crowded_until && ports.method_ != outgoing_ports::method::none) {
        begin_crowded(*found);
    }
}

outgoing_ports::endpoint port_search::chosen_local() const noexcept {
    const auto any = target_.address().is_v6()
                         ? outgoing_ports::address{boost::asio::ip::address_v6::any()}
                         : outgoing_ports::address{boost::asio::ip::address_v4::any()};
    return {source_ == outgoing_ports::address{} ? any : source_, choice_.ports.first};
}

void port_search::begin_crowded(way& found) noexcept {
    if (!ports_.read_ports(now_)) {
        choice_ = {};
        return;
    }
    is_exhausted_ = now_ < found.exhausted_until;
    if (is_exhausted_ && now_ < found.rests_until) {
        choice_ = {port_choice::kind::none, {}};
        return;
    }
    if (ports_.method_ == outgoing_ports::method::windows) {
        tries_left_ = is_exhausted_ ? 1 : ports_.positions();
    } else {
        tries_left_ = is_exhausted_ ? own_tries_while_exhausted : most_own_tries;
    }
    choose(found);
}

void port_search::choose(way& found) noexcept {
    if (ports_.method_ == outgoing_ports::method::windows) {
        choice_ = {port_choice::kind::window, ports_.at(found.position)};
    } else {
        // From its own port a connection to this machine would lead to itself.
        const auto is_out = [&](std::uint16_t port) {
            return ports_.ports_.is_reserved(port) || port == target_.port();
        };
        auto left = ports_.positions();
        while (left != 0 && is_out(ports_.at(found.position).first)) {
            found.position = (found.position + 1) % ports_.positions();
            --left;
        }
        choice_ = {port_choice::kind::one, ports_.at(found.position)};
        if (left == 0) {
            choice_ = {};
        }
    }
    position_ = found.position;
}

void port_search::refuse_windows(time_point now) noexcept {
    now_ = now;
    if (ports_.method_ == outgoing_ports::method::windows) {
        ports_.method_ = outgoing_ports::method::own_choice;
        for (std::size_t number = 0; number < ports_.count_; ++number) {
            ports_.ways_[number].position = ports_.first_position();
        }
    }
    choice_ = {};
    if (way* const found = ports_.find(target_, source_)) {
        begin_crowded(*found);
    }
}

bool port_search::goes_on(error_code& error, time_point now) noexcept {
    const bool is_slow = now - now_ >= slow_connect;
    now_ = now;
    needs_new_socket_ = choice_.what == port_choice::kind::one;
    if (choice_.what == port_choice::kind::none) {
        error = make_error_code(errc::address_not_available);
        return false;
    }
    if (is_vain(error)) {
        if (choice_.what != port_choice::kind::system) {
            return after_vain(error);
        }
        // Fast = there is no such address, or there are few ports.
        if ((is_slow || stride_ != 1) && ports_.method_ != outgoing_ports::method::none &&
            ports_.read_ports(now_)) {
            return after_vain_round(ports_.enter(target_, source_, now_), error);
        }
        return false;
    }
    if (!error || error == boost::asio::error::in_progress) {
        look_at_connected(is_slow);
    }
    return false;
}

/// The connect found a port.
void port_search::look_at_connected(bool is_slow) noexcept {
    if (choice_.what == port_choice::kind::system) {
        auto& left = ports_.connects_until_asked_;
        left -= left != 0 ? 1 : 0;
        wants_port_ = is_slow && ports_.method_ != outgoing_ports::method::none &&
                      (was_crowded_ || left == 0);
        left = wants_port_ ? connects_for_one_asked : left;
        return;
    }
    if (way* const searched = ports_.find(target_, source_)) {
        searched->used = now_;
        if (choice_.what == port_choice::kind::one && searched->position == position_) {
            searched->position = (position_ + 1) % ports_.positions();
        }
    }
}

/// None of the ports of the choice was free.
bool port_search::after_vain(error_code& error) noexcept {
    ++ports_.vain_;
    way* const searched = ports_.find(target_, source_);
    if (searched == nullptr) { // others were crowded meanwhile, and took its place
        choice_ = {};
        needs_new_socket_ = true;
        return true;
    }
    if (move_on(*searched)) {
        return true;
    }
    if (choice_.what == port_choice::kind::one && !is_exhausted_) {
        choice_ = {}; // the system's choice finds the last ones, or says that there are none
        return true;
    }
    return after_vain_round(*searched, error);
}

/// While nothing is free anywhere the place stays: it is that of the longest rest.
bool port_search::move_on(way& searched) noexcept {
    --tries_left_;
    const bool is_ours = searched.position == position_; // another connect may have moved on
    if (is_ours && !(is_exhausted_ && choice_.what == port_choice::kind::window)) {
        searched.position = (position_ + stride_) % ports_.positions();
    }
    if (choice_.what == port_choice::kind::one) {
        stride_ *= 2; // past ports that are used in a row
    }
    if (tries_left_ != 0) {
        choose(searched);
    }
    return tries_left_ != 0;
}

/// No port is free: this is told, and not searched for again at once.
bool port_search::after_vain_round(way& searched, error_code& error) noexcept {
    if (!is_exhausted_) {
        searched.exhausted_until = now_ + exhausted_time;
    }
    searched.rests_until = now_ + rest_time;
    error = make_error_code(errc::address_not_available);
    return false;
}

void port_search::learn(std::uint16_t local_port) noexcept {
    if (ports_.is_of_second_half(local_port, now_)) {
        ports_.enter(target_, source_, now_);
    }
}

} // namespace plug::platform
