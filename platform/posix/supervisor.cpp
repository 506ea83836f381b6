#include "platform/supervisor.hpp"

#include "platform/posix/environment.hpp"

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <thread>

#include <ctime>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace plug::platform {

namespace {

constexpr std::chrono::milliseconds send_pause{10};

/// Waits by looking again and again, as poll() knows nothing of a queue that is full at the other
/// end of a socket without a connection, and some systems have ENOBUFS for it.
void send_within(std::chrono::milliseconds patience, int socket, std::string_view state,
                 const sockaddr_un& where, socklen_t size) noexcept {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (::sendto(socket, state.data(), state.size(), MSG_DONTWAIT,
                    reinterpret_cast<const sockaddr*>(&where), size) < 0 &&
           (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS || errno == EINTR) &&
           std::chrono::steady_clock::now() < deadline) {
        std::this_thread::sleep_for(send_pause);
    }
}

} // namespace

void tell_supervisor(std::string_view state, std::chrono::milliseconds patience) noexcept {
    const auto path = environment("NOTIFY_SOCKET");
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    if (path.size() < 2 || path.size() > sizeof(where.sun_path)) {
        return;
    }
    std::memcpy(where.sun_path, path.data(), path.size());
    if (path.front() == '@') {
        where.sun_path[0] = '\0'; // a name in the abstract namespace
    }
    const int socket = ::socket(AF_UNIX, SOCK_DGRAM, 0);
    if (socket < 0) {
        return;
    }
    ::fcntl(socket, F_SETFD, FD_CLOEXEC);
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
    send_within(patience, socket, state, where, size);
    ::close(socket);
}

void tell_supervisor_of_reload() noexcept {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    const auto microseconds = static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 +
                              static_cast<std::uint64_t>(now.tv_nsec) / 1'000;
    tell_supervisor("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(microseconds),
                    supervisor_patience);
}

std::optional<std::chrono::microseconds> watchdog_interval() noexcept {
    const auto interval = number_in_environment("WATCHDOG_USEC");
    const auto process = number_in_environment("WATCHDOG_PID");
    const bool is_other = process && *process != static_cast<std::uint64_t>(::getpid());
    if (!interval || *interval == 0 || is_other || environment("NOTIFY_SOCKET").empty()) {
        return std::nullopt;
    }
    return std::chrono::microseconds(*interval);
}

} // namespace plug::platform
