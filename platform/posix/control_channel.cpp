// The control channel as a socket in the file system, for its owner and their group (mode 0660).
#include "platform/control_channel.hpp"
#include "platform/control_clients.hpp"
#include "platform/root_folder.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include <boost/asio/local/stream_protocol.hpp>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

namespace plug::platform {

namespace {

namespace asio = boost::asio;
using protocol = asio::local::stream_protocol;
using error_code = boost::system::error_code;

constexpr mode_t socket_mode = 0660;
constexpr mode_t all_modes = 0777;

bool is_socket(const std::string& place) noexcept {
    struct stat found {};
    return ::lstat(place.c_str(), &found) == 0 && S_ISSOCK(found.st_mode);
}

/// Whether somebody serves there.
bool answers(const std::string& place) {
    asio::io_context context;
    protocol::socket probe(context);
    error_code error;
    probe.connect(protocol::endpoint(place), error);
    return !error;
}

class local_channel final : public control_channel {
public:
    local_channel(std::string place, begin_request begin)
        : place_(std::move(place)), begin_(std::move(begin)), acceptor_(thread_.context) {}

    ~local_channel() override {
        thread_.stop();
        if (bound_) {
            ::unlink(within_root(place_).c_str());
        }
    }

    error_code listen() {
        error_code error;
        acceptor_.open(protocol(), error);
        if (!error) {
            // Not chmod, which would follow a link that somebody puts in place of the socket.
            const mode_t before = ::umask(~socket_mode & all_modes);
            acceptor_.bind(protocol::endpoint(place_), error);
            ::umask(before);
            bound_ = !error;
        }
        if (!error) {
            acceptor_.listen(asio::socket_base::max_listen_connections, error);
        }
        if (!error) {
            accept();
        }
        return error;
    }

    void serve() override { thread_.start(); }

private:
    void accept() {
        acceptor_.async_accept([this](const error_code& error, protocol::socket accepted) {
            if (!error) {
                std::make_shared<control_client<protocol::socket>>(std::move(accepted), begin_())
                    ->begin();
            }
            if (error != asio::error::operation_aborted) {
                accept();
            }
        });
    }

    const std::string place_;
    const begin_request begin_;
    bool bound_ = false;
    control_thread thread_;
    protocol::acceptor acceptor_;
};

/// A blocking call gives up after this time.
void set_patience(int socket, std::chrono::milliseconds patience) noexcept {
    timeval limit{};
    limit.tv_sec = static_cast<time_t>(patience.count() / 1000);
    limit.tv_usec = static_cast<suseconds_t>(patience.count() % 1000 * 1000);
    for (const int option : {SO_RCVTIMEO, SO_SNDTIMEO}) {
        ::setsockopt(socket, SOL_SOCKET, option, &limit, sizeof limit);
    }
}

std::string why_unanswered() {
    return errno == EAGAIN || errno == EWOULDBLOCK ? "no answer in time"
                                                   : std::generic_category().message(errno);
}

/// False = see errno.
bool send_all(int socket, std::string_view bytes) noexcept {
    while (!bytes.empty()) {
        const ssize_t count = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count < 0 && errno != EINTR) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    }
    return true;
}

/// The same.
bool receive_all(int socket, std::string& bytes) {
    std::array<char, 4096> portion{};
    while (true) {
        const ssize_t count = ::recv(socket, portion.data(), portion.size(), 0);
        if (count == 0) {
            return true;
        }
        if (count > 0) {
            bytes.append(portion.data(), static_cast<std::size_t>(count));
        } else if (errno != EINTR) {
            return false;
        }
    }
}

/// A path that a socket address has room for (sockaddr_un).
bool fits(const std::string& place) { return place.size() < sizeof(sockaddr_un::sun_path); }

} // namespace

std::unique_ptr<control_channel> control_channel::open(const std::string& place,
                                                       begin_request begin, std::string& why) {
    const std::string start = "control channel " + place + ": ";
    if (!fits(place)) {
        why = start + "the path is longer than the system allows, " +
              std::to_string(sizeof(sockaddr_un::sun_path) - 1) + " bytes";
        return nullptr;
    }
    if (is_socket(place)) {
        if (answers(place)) {
            why = start + "another plug serves it";
            return nullptr;
        }
        ::unlink(place.c_str());
    }
    auto made = std::make_unique<local_channel>(place, std::move(begin));
    if (const auto error = made->listen()) {
        why = start + error.message();
        return nullptr;
    }
    return made;
}

control_reply ask_control(const std::string& place, std::string_view request,
                          std::chrono::milliseconds patience) {
    control_reply reply;
    if (!fits(place)) {
        reply.error = "the path is too long";
        return reply;
    }
    asio::io_context context;
    protocol::socket socket(context);
    error_code error;
    socket.connect(protocol::endpoint(place), error);
    if (error) {
        reply.error = error.message();
        return reply;
    }
    const int opened = socket.native_handle();
    set_patience(opened, patience);
    if (!send_all(opened, request) || !receive_all(opened, reply.bytes)) {
        reply.error = why_unanswered();
    }
    return reply;
}

std::string default_control_place(const std::string&) { return "/run/plugdaemon/control.sock"; }

std::string lasting_control_place(const std::string& place) {
    return std::filesystem::absolute(place).lexically_normal().string();
}

} // namespace plug::platform
