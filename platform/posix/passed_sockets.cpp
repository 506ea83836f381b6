#include "platform/passed_sockets.hpp"

#include "platform/posix/environment.hpp"

#include <optional>
#include <utility>

#include <cerrno>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace plug::platform {

namespace {

/// The number of the first one (SD_LISTEN_FDS_START).
constexpr int first_number = 3;

/// More than any process may open; a number beyond it is a mistake.
constexpr std::uint64_t most_sockets = 1'000'000;

/// Nothing = the socket has no such option, or is none.
std::optional<int> option_of(int number, int level, int name) noexcept {
    int value = 0;
    socklen_t size = sizeof value;
    if (::getsockopt(number, level, name, &value, &size) != 0) {
        return std::nullopt;
    }
    return value;
}

sa_family_t family_of(int number) noexcept {
    sockaddr_storage bound{};
    socklen_t size = sizeof bound;
    const bool known = ::getsockname(number, reinterpret_cast<sockaddr*>(&bound), &size) == 0;
    return known ? bound.ss_family : sa_family_t{AF_UNSPEC};
}

/// Empty = it is a TCP socket that listens.
std::string fault_of(int number) {
    if (::fcntl(number, F_GETFD) < 0) {
        return "it is not open";
    }
    const auto type = option_of(number, SOL_SOCKET, SO_TYPE);
    if (!type) {
        return "it is no socket";
    }
    const auto family = family_of(number);
    if (family != AF_INET && family != AF_INET6) {
        return "it has no address of IPv4 or IPv6";
    }
    if (type != SOCK_STREAM) {
        return "it is no TCP socket";
    }
    if (option_of(number, SOL_SOCKET, SO_ACCEPTCONN).value_or(0) == 0) {
        return "it does not listen; the socket unit needs Accept=no";
    }
    return {};
}

/// Takes the first name from a list with colons between its names.
std::string take_name(std::string_view& names) {
    const auto end = names.find(':');
    const std::string name(names.substr(0, end));
    names.remove_prefix(end == std::string_view::npos ? names.size() : end + 1);
    return name.empty() ? "unknown" : name;
}

void set_flags(int number) noexcept {
    ::fcntl(number, F_SETFD, FD_CLOEXEC);
    ::fcntl(number, F_SETFL, ::fcntl(number, F_GETFL) | O_NONBLOCK);
}

passed_sockets take_all(std::uint64_t count, std::string_view names, std::string& why) {
    passed_sockets taken;
    for (std::uint64_t place = 0; place < count; ++place) {
        const int number = first_number + static_cast<int>(place);
        auto name = take_name(names);
        if (const auto fault = fault_of(number); !fault.empty()) {
            why = "cannot use descriptor " + std::to_string(number) + ", " + name +
                  ", that the supervisor has passed: " + fault;
            return {};
        }
        set_flags(number);
        taken.push_back(std::make_shared<const passed_socket>(number, std::move(name)));
    }
    return taken;
}

} // namespace

passed_socket::passed_socket(number_type number, std::string name)
    : number_(number), name_(std::move(name)) {
    auto size = static_cast<socklen_t>(local_.capacity());
    if (::getsockname(number_, local_.data(), &size) == 0) {
        local_.resize(size);
    }
    serves_both_families_ = local_.address().is_v6() && local_.address().is_unspecified() &&
                            option_of(number_, IPPROTO_IPV6, IPV6_V6ONLY) == 0;
}

passed_socket::~passed_socket() { ::close(number_); }

passed_sockets take_passed_sockets(std::string& why) {
    const auto process = number_in_environment("LISTEN_PID");
    const auto count = number_in_environment("LISTEN_FDS").value_or(0);
    const std::string names(environment("LISTEN_FDNAMES"));
    for (const char* const name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) {
        ::unsetenv(name);
    }
    if (process != static_cast<std::uint64_t>(::getpid()) || count > most_sockets) {
        return {};
    }
    return take_all(count, names, why);
}

} // namespace plug::platform
