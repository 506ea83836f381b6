#include "tests/support/net/descriptor.hpp"

namespace plug::test {

descriptor& descriptor::operator=(descriptor&& other) noexcept {
    if (this != &other) {
        close();
        number_ = std::exchange(other.number_, -1);
    }
    return *this;
}

void descriptor::close() noexcept {
    if (number_ >= 0)
        close_descriptor(std::exchange(number_, -1));
}

} // namespace plug::test
