#include "platform/transport/linux/pipe_cache.hpp"

#include "platform/posix/system_error.hpp"

#include <array>
#include <csignal>
#include <fcntl.h>
#include <new>

namespace plug::platform {

namespace {

/// The more a pipe takes at a time, the less each byte costs. The first is what /proc/sys/fs/
/// pipe-max-size allows everyone, unless it was changed. Below the last, moving through a pipe
/// costs more than copying; a user who is above pipe-user-pages-soft gets pipes of two pages.
constexpr std::array wanted_capacities{1024 * 1024, 256 * 1024, 64 * 1024};
constexpr std::size_t most_idle = 32;
/// Those hold what slow receivers have not taken yet: at most 256 MiB for each worker.
constexpr std::size_t most_lent = 256;
constexpr std::chrono::seconds pause_after_refusal{10};

/// splice() to a socket has no MSG_NOSIGNAL: without this a peer that has gone ends the process.
void make_closed_pipes_errors() {
    struct sigaction current {};
    if (::sigaction(SIGPIPE, nullptr, &current) == 0 && current.sa_handler == SIG_DFL) {
        ::signal(SIGPIPE, SIG_IGN);
    }
}

/// Makes a pipe as large as the system lets it be: 0 = not large enough.
std::size_t enlarge(int pipe) noexcept {
    for (const int wanted : wanted_capacities) {
        if (const int got = ::fcntl(pipe, F_SETPIPE_SZ, wanted); got > 0)
            return static_cast<std::size_t>(got);
    }
    return 0;
}

} // namespace

pipe_cache::pipe_cache(std::function<void(error_code)> on_refused)
    : on_refused_(std::move(on_refused)) {
    make_closed_pipes_errors();
    idle_.reserve(most_idle);
}

std::unique_ptr<pipe> pipe_cache::take() {
    if (lent_ >= most_lent)
        return nullptr;
    std::unique_ptr<pipe> given;
    if (!idle_.empty()) {
        given = std::move(idle_.back());
        idle_.pop_back();
    } else {
        given = make();
    }
    if (given)
        ++lent_;
    return given;
}

void pipe_cache::give_back(std::unique_ptr<pipe> returned) noexcept {
    --lent_;
    const bool is_refused = not_before_ == clock::time_point::max();
    if (returned->filled == 0 && idle_.size() < most_idle && !is_refused)
        idle_.push_back(std::move(returned));
}

void pipe_cache::give_up(error_code why) {
    not_before_ = clock::time_point::max();
    idle_.clear();
    tell_once(why);
}

std::unique_ptr<pipe> pipe_cache::make() {
    if (not_before_ != clock::time_point::min() && clock::now() < not_before_)
        return nullptr;
    std::unique_ptr<pipe> made{new (std::nothrow) pipe}; // a stream can do without
    if (!made)
        return nullptr;
    int ends[2];
    if (::pipe2(ends, O_NONBLOCK | O_CLOEXEC) != 0) {
        const error_code why = last_error();
        not_before_ = clock::now() + pause_after_refusal;
        tell_once(why);
        return nullptr;
    }
    made->read_end = descriptor{ends[0]};
    made->write_end = descriptor{ends[1]};
    made->capacity = enlarge(ends[1]);
    if (made->capacity != 0)
        return made;
    const error_code why = last_error();
    not_before_ = clock::now() + pause_after_refusal;
    tell_once(why);
    return nullptr;
}

void pipe_cache::tell_once(error_code why) {
    if (const auto tell = std::exchange(on_refused_, nullptr))
        tell(why);
}

} // namespace plug::platform
