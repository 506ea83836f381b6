// Pipes of one worker, to move bytes from socket to socket without copying them.
#pragma once

#include "platform/linux/descriptor.hpp"
#include "platform/transport/transport.hpp"

#include <functional>

namespace plug::platform {

/// A pipe and what is in it.
struct pipe {
    descriptor read_end;
    descriptor write_end;
    std::size_t capacity = 0;
    std::size_t filled = 0;
};

/// Lends pipes and takes them back empty. Where the system refuses them it gives none, says why
/// once, and after a pause tries again.
class pipe_cache {
public:
    explicit pipe_cache(std::function<void(error_code)> on_refused);

    /// An empty pipe, or null: then the bytes are to be copied.
    std::unique_ptr<pipe> take();

    /// Takes back a pipe; one that is not empty is closed.
    void give_back(std::unique_ptr<pipe> returned) noexcept;

    /// splice() itself was refused: no pipe will be lent any more.
    void give_up(error_code why);

private:
    std::unique_ptr<pipe> make();
    void tell_once(error_code why);

    std::function<void(error_code)> on_refused_;
    std::vector<std::unique_ptr<pipe>> idle_;
    std::size_t lent_ = 0;
    clock::time_point not_before_ = clock::time_point::min();
};

} // namespace plug::platform
