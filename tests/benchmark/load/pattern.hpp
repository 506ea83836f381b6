// The bytes that the load generator sends and expects: a fixed random block, repeated for ever. Its
// length is a prime, so that a byte lost, doubled or moved anywhere shifts everything behind it and
// shows in the next block that is compared.
#pragma once

#include "tests/benchmark/load/sockets.hpp"

#include <cstddef>
#include <cstdint>
#include <sys/types.h>
#include <vector>

namespace load {

class pattern {
public:
    /// Bytes until the pattern repeats.
    static constexpr std::size_t period = 65521;
    /// Bytes that may be read from at().
    static constexpr std::size_t longest = std::size_t{256} * 1024;

    pattern();

    /// The pattern from this offset of an endless stream on; `longest` bytes may be read.
    const char* at(std::uint64_t offset) const { return bytes_.data() + offset % period; }

    /// Sends up to `longest` bytes from this offset on, as send() does, but without a copy: the
    /// socket refers to the pages of a file in memory that holds the pattern.
    ssize_t send_file(int socket, std::uint64_t offset) const;

    /// True if `size` bytes (at most `longest`) are those of the stream at this offset.
    bool matches(const char* bytes, std::size_t size, std::uint64_t offset) const;

private:
    std::vector<char> bytes_;
    descriptor file_;
};

/// The one pattern of the process.
const pattern& shared_pattern();

} // namespace load
