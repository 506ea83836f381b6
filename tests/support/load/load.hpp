// Many clients at once and the target that answers them, in the calling thread.
#pragma once

#include "tests/support/net/listener.hpp"

#include <vector>

namespace plug::test {

/// Echoes to a plug and is its client, so that both ends are as fast as they can be.
class load {
public:
    explicit load(std::size_t concurrency) : concurrency_(concurrency) {}

    [[nodiscard]] std::string target_address() const { return target_.address(); }

    /// Clients that connect to `port`, send 64 bytes, read them back and close, `total` in all.
    void connect_and_close(std::uint16_t port, std::size_t total);

    /// Opens the clients that exchange_messages() uses, and sends each a message.
    void open(std::uint16_t port);
    /// 64 bytes there and back on open connections, `total` times in all.
    void exchange_messages(std::size_t total);

private:
    struct end {
        stream socket;
        bool is_client = false;
        std::size_t received = 0;
    };

    void add_client(std::uint16_t port);
    void serve_ready();
    void serve(end& ready);
    void answer(end& ready, std::string_view bytes);

    std::size_t concurrency_;
    listener target_;
    std::vector<end> ends_;
    /// Messages that came back whole.
    std::size_t completed_ = 0;
    /// What a client does then.
    bool closes_ = false;
    bool sends_again_ = false;
};

} // namespace plug::test
