#include "platform/local_ports.hpp"

#include <algorithm>

namespace plug::platform {

bool ephemeral_ports::is_reserved(std::uint16_t port) const noexcept {
    return std::ranges::any_of(reserved, [port](const port_range& ports) {
        return ports.first <= port && port <= ports.last;
    });
}

std::uint32_t ephemeral_ports::count() const noexcept {
    std::uint32_t free_of_reservation = 0;
    for (std::uint32_t port = range ? range->first : 1; port <= (range ? range->last : 0); ++port) {
        free_of_reservation += is_reserved(static_cast<std::uint16_t>(port)) ? 0 : 1;
    }
    return free_of_reservation;
}

} // namespace plug::platform
