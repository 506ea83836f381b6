#include "tests/benchmark/load/pattern.hpp"

#include <cerrno>
#include <cstring>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

namespace load {
namespace {

descriptor file_in_memory(const std::vector<char>& bytes) {
    descriptor made(::memfd_create("pattern", MFD_CLOEXEC));
    if (!made.open() ||
        ::write(made.number(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size())) {
        throw system_failure("keeping the pattern in a file", errno);
    }
    return made;
}

} // namespace

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
    file_ = file_in_memory(bytes_);
}

ssize_t pattern::send_file(int socket, std::uint64_t offset) const {
    auto begin = static_cast<off_t>(offset % period);
    return ::sendfile(socket, file_.number(), &begin, longest);
}

bool pattern::matches(const char* bytes, std::size_t size, std::uint64_t offset) const {
    return std::memcmp(bytes, at(offset), size) == 0;
}

const pattern& shared_pattern() {
    static const pattern instance;
    return instance;
}

} // namespace load
