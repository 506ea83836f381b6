#include "core/picking/stable_hash.hpp"

namespace plug {

namespace {

template <typename Bytes> std::uint64_t hash_of(const Bytes& bytes, std::uint64_t seed) noexcept {
    std::uint64_t hash = 0xcbf29ce484222325ULL ^ seed;
    for (const auto each : bytes) {
        hash = (hash ^ static_cast<unsigned char>(each)) * 0x100000001b3ULL;
    }
    return mixed(hash);
}

} // namespace

std::uint64_t stable_hash(std::span<const unsigned char> bytes, std::uint64_t seed) noexcept {
    return hash_of(bytes, seed);
}

std::uint64_t stable_hash(std::string_view text, std::uint64_t seed) noexcept {
    return hash_of(text, seed);
}

} // namespace plug
