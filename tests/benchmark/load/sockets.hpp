// Loopback sockets for the load generator, and the error that ends a measurement.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>

namespace load {

/// Something was lost, refused or took too long: the measured row has failed.
class failure : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// A failure that names what was being done and the system's error.
failure system_failure(const std::string& doing, int error);

/// A file descriptor that is closed with its owner.
class descriptor {
public:
    descriptor() = default;
    explicit descriptor(int number) : number_(number) {}
    descriptor(descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    descriptor& operator=(descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    descriptor(const descriptor&) = delete;
    descriptor& operator=(const descriptor&) = delete;
    ~descriptor() { close(); }

    int number() const { return number_; }
    bool open() const { return number_ >= 0; }
    void close();

private:
    int number_ = -1;
};

/// Listens on 127.0.0.1:port without waiting on accept; Nagle's algorithm is off for what it
/// accepts, unless `delaying`.
descriptor listen_on(std::uint16_t port, bool delaying = false);

/// Begins to connect to 127.0.0.1:port and does not wait.
descriptor begin_connect(std::uint16_t port);

/// Sends what is written at once (TCP_NODELAY).
void send_at_once(const descriptor& socket);

/// The pending error of a socket, 0 if there is none.
int pending_error(const descriptor& socket);

/// Ends the writing side.
void shut_writing(const descriptor& socket);

/// Raises the soft limit of descriptors to the hard one.
void raise_descriptor_limit();

} // namespace load
