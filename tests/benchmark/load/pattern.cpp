#include "tests/benchmark/load/pattern.hpp"

#include <cstring>

namespace load {

pattern::pattern() : bytes_(period + longest) {
    std::uint64_t state = 0x9e3779b97f4a7c15U; // xorshift64: the same bytes in every run
    for (std::size_t index = 0; index < period; ++index) {
        state ^= state << 13U;
        state ^= state >> 7U;
        state ^= state << 17U;
        bytes_[index] = static_cast<char>(state >> 56U);
    }
    for (std::size_t index = period; index < bytes_.size(); ++index) {
        bytes_[index] = bytes_[index - period];
    }
}

bool pattern::matches(const char* bytes, std::size_t size, std::uint64_t offset) const {
    return std::memcmp(bytes, at(offset), size) == 0;
}

const pattern& shared_pattern() {
    static const pattern instance;
    return instance;
}

} // namespace load
