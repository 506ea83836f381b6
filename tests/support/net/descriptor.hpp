// One open file descriptor of the test process, a socket on Windows, closed with its owner.
#pragma once

#include <utility>

namespace plug::test {

/// Gives `number` back to the system.
void close_descriptor(int number) noexcept;

class descriptor {
public:
    descriptor() noexcept = default;
    explicit descriptor(int number) noexcept : number_(number) {}
    descriptor(descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    descriptor& operator=(descriptor&& other) noexcept;
    ~descriptor() { close(); }

    [[nodiscard]] int number() const noexcept { return number_; }
    [[nodiscard]] explicit operator bool() const noexcept { return number_ >= 0; }
    void close() noexcept;

private:
    int number_ = -1;
};

} // namespace plug::test
