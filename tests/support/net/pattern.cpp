#include "tests/support/net/pattern.hpp"

#include <algorithm>
#include <stdexcept>

namespace plug::test {

namespace {

constexpr std::size_t portion = 64 * 1024;

/// A well-mixed number for each place (splitmix64).
std::uint64_t mixed(std::uint64_t value) {
    value += 0x9e3779b97f4a7c15U;
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31U);
}

} // namespace

std::string pattern(std::uint64_t seed, std::size_t offset, std::size_t length) {
    std::string bytes(length, '\0');
    const std::uint64_t start = mixed(seed);
    for (std::size_t i = 0; i < length;) {
        const std::size_t place = offset + i;
        const std::uint64_t word = mixed(start ^ (place / 8));
        for (std::size_t within = place % 8; within < 8 && i < length; ++within, ++i)
            bytes[i] = static_cast<char>(word >> (8 * within));
    }
    return bytes;
}

void send_pattern(stream& to, std::uint64_t seed, std::size_t total) {
    for (std::size_t sent = 0; sent < total; sent += portion)
        to.send(pattern(seed, sent, std::min(portion, total - sent)));
}

void receive_pattern(stream& from, std::uint64_t seed, std::size_t total) {
    for (std::size_t have = 0; have < total; have += portion) {
        const std::size_t length = std::min(portion, total - have);
        if (from.receive(length) != pattern(seed, have, length))
            throw std::runtime_error("bytes changed between " + std::to_string(have) + " and " +
                                     std::to_string(have + length));
    }
}

} // namespace plug::test
