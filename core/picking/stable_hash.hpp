// A hash of bytes that is the same on every system and in every version of this program.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace plug {

/// The finishing step of splitmix64 (Steele, Lea, Flood 2014): every input bit reaches every output
/// bit. One to one.
[[nodiscard]] constexpr std::uint64_t mixed(std::uint64_t value) noexcept {
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31);
}

/// FNV-1a with 64 bits (Fowler, Noll, Vo; draft-eastlake-fnv), its offset basis changed by `seed`,
/// and then mixed. Byte by byte, so that the order of bytes in a word does not matter. Two plugs
/// agree on a target by it: changing it moves all clients. No defence against chosen input.
[[nodiscard]] std::uint64_t stable_hash(std::span<const unsigned char> bytes,
                                        std::uint64_t seed) noexcept;
[[nodiscard]] std::uint64_t stable_hash(std::string_view text, std::uint64_t seed) noexcept;

} // namespace plug
