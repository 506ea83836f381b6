// A file descriptor that closes itself.
#pragma once

#include <unistd.h>

#include <utility>

namespace plug::platform {

class descriptor {
public:
    descriptor() noexcept = default;
    explicit descriptor(int opened) noexcept : value_(opened) {}
    descriptor(descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
    descriptor& operator=(descriptor&& other) noexcept {
        std::swap(value_, other.value_);
        return *this;
    }
    ~descriptor() { close(); }

    [[nodiscard]] explicit operator bool() const noexcept { return value_ >= 0; }
    [[nodiscard]] int get() const noexcept { return value_; }

    /// Gives it up without closing it.
    int release() noexcept { return std::exchange(value_, -1); }

    void close() noexcept {
        if (value_ >= 0)
            ::close(std::exchange(value_, -1));
    }

private:
    int value_ = -1;
};

} // namespace plug::platform
