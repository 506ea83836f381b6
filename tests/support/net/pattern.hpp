// Bytes that know their place: any loss, repetition or change in a long stream is seen.
#pragma once

#include "tests/support/net/stream.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace plug::test {

/// `length` bytes from position `offset` of the endless stream number `seed`.
[[nodiscard]] std::string pattern(std::uint64_t seed, std::size_t offset, std::size_t length);

/// Sends the first `total` bytes of stream `seed`.
void send_pattern(stream& to, std::uint64_t seed, std::size_t total);

/// Receives `total` bytes and throws unless they are the first ones of stream `seed`.
void receive_pattern(stream& from, std::uint64_t seed, std::size_t total);

} // namespace plug::test
