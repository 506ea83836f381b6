// The control channel as a socket in the file system, for its owner and their group (mode 0660).
#include "platform/control_channel.hpp"
#include "platform/control_clients.hpp"
#include "platform/posix/ownership.hpp"
#include "platform/posix/peer_user.hpp"
#include "platform/root_folder.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <exception>
#include <filesystem>
#include <list>
#include <optional>
#include <system_error>
#include <thread>

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fcntl.h>
#include <sys/file.h>
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

/// How many clients are served at once; more wait to be accepted, until one is ready or has nothing
/// to say, so that they do not take the descriptors of sessions.
constexpr long most_clients = 16;

/// Until the next look, where a client cannot be accepted now.
constexpr std::chrono::milliseconds accept_pause{100};

/// How long another plug may take to open its channel.
constexpr std::chrono::seconds lock_patience{1};

/// What stands at `place` itself, not where a link leads.
std::optional<struct stat> look_at(const std::string& place) noexcept {
    struct stat found {};
    return ::lstat(place.c_str(), &found) == 0 ? std::optional(found) : std::nullopt;
}

bool is_same(const struct stat& one, const struct stat& other) noexcept {
    return one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

/// While it lives, no other plug opens a channel in the same folder: between looking at the place
/// and listening there nobody may take it for one that was left behind. The lock is the folder's
/// own, so that none is left behind either. Where it cannot be had, opening goes on without:
/// whoever holds it for long is no plug.
class folder_lock {
public:
    explicit folder_lock(const std::filesystem::path& folder)
        : folder_(
              ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
        const auto deadline = std::chrono::steady_clock::now() + lock_patience;
        while (folder_ >= 0 && ::flock(folder_, LOCK_EX | LOCK_NB) != 0 &&
               (errno == EWOULDBLOCK || errno == EINTR) &&
               std::chrono::steady_clock::now() < deadline) {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    }
    ~folder_lock() {
        if (folder_ >= 0) {
            ::close(folder_);
        }
    }
    folder_lock(const folder_lock&) = delete;
    folder_lock& operator=(const folder_lock&) = delete;

private:
    const int folder_;
};

/// 0 = somebody serves there; ECONNREFUSED = nobody does; otherwise it cannot be told.
int try_connect(const std::string& place) {
    asio::io_context context;
    protocol::socket probe(context);
    error_code error;
    probe.open(protocol(), error);
    if (!error) { // one whose queue is full is not waited for
        probe.native_non_blocking(true, error);
    }
    const protocol::endpoint there(place);
    const bool connected = !error && ::connect(probe.native_handle(), there.data(),
                                               static_cast<socklen_t>(there.size())) == 0;
    const int why = error ? error.value() : errno;
    return connected || why == EAGAIN || why == EINPROGRESS ? 0 : why;
}

control_peer peer_of(int socket) {
    const auto user = user_of_peer(socket);
    return {user && (*user == 0 || *user == ::geteuid()),
            user ? "user " + std::to_string(*user) : "somebody unknown"};
}

class local_channel final : public control_channel {
public:
    local_channel(std::string place, begin_request begin)
        : place_(std::move(place)), begin_(std::move(begin)), acceptor_(thread_.context),
          pause_(thread_.context) {}

    ~local_channel() override {
        thread_.stop();
        leave_place();
    }

    error_code listen() {
        error_code error;
        acceptor_.open(protocol(), error);
        if (!error) {
            // Not chmod, which would follow a link that somebody puts in place of the socket.
            const mode_t before = ::umask(~socket_mode & all_modes);
            acceptor_.bind(protocol::endpoint(place_), error);
            ::umask(before);
            ours_ = error ? std::nullopt : look_at(place_);
            has_place_ = ours_.has_value();
        }
        if (!error) {
            acceptor_.listen(asio::socket_base::max_listen_connections, error);
        }
        if (!error) {
            accept();
        }
        return error;
    }

    void serve() override {
        thread_.start([this] {
            if (awaits_.expired()) {
                accept();
            }
        });
    }

    void give_up() noexcept override {
        leave_place();
        try {
            // The thread may be within a request that waits for the one that called this.
            asio::post(thread_.context, [this] {
                error_code ignored;
                acceptor_.close(ignored);
                pause_.cancel();
            });
        } catch (const std::exception&) { // out of memory: then it closes when it is destroyed
        }
    }

private:
    using client = control_client<protocol::socket>;

    /// Once: when the socket has closed, another may get its number. Nobody replaces it before
    /// that, as long as the place has its name.
    void leave_place() noexcept {
        if (has_place_.exchange(false)) {
            const auto place = within_root(place_);
            const auto found = look_at(place.string());
            if (found && is_same(*found, *ours_)) {
                ::unlink(place.c_str());
            }
        }
    }

    void accept() {
        if (!acceptor_.is_open()) {
            return;
        }
        if (seats_.use_count() > most_clients) {
            make_room();
            return;
        }
        auto awaits = std::make_shared<char>();
        awaits_ = awaits;
        acceptor_.async_accept(
            [this, awaits = std::move(awaits)](const error_code& error, protocol::socket accepted) {
                if (error == asio::error::operation_aborted) {
                    return;
                }
                if (error) { // out of descriptors: at once it would fail again
                    accept_later();
                    return;
                }
                auto seat = seats_;
                accept();
                serve_client(std::move(accepted), std::move(seat));
            });
    }

    void serve_client(protocol::socket accepted, std::shared_ptr<void> seat) {
        auto request = begin_(peer_of(accepted.native_handle()));
        const auto served =
            std::make_shared<client>(std::move(accepted), std::move(request), std::move(seat));
        std::erase_if(clients_, [](const auto& each) { return each.expired(); });
        clients_.push_back(served);
        served->begin();
    }

    /// Once somebody waits, the client goes that has said nothing for the longest time.
    void make_room() {
        auto awaits = std::make_shared<char>();
        awaits_ = awaits;
        acceptor_.async_wait(protocol::acceptor::wait_read,
                             [this, awaits = std::move(awaits)](const error_code& error) {
                                 if (error == asio::error::operation_aborted) {
                                     return;
                                 }
                                 for (const auto& each : clients_) {
                                     const auto served = each.lock();
                                     if (served && served->may_be_dropped()) {
                                         served->drop();
                                         // Behind what is left to do for it, which frees its seat.
                                         asio::post(thread_.context, [this, awaits] { accept(); });
                                         return;
                                     }
                                 }
                                 accept_later();
                             });
    }

    void accept_later() {
        auto awaits = std::make_shared<char>();
        awaits_ = awaits;
        pause_.expires_after(accept_pause);
        pause_.async_wait([this, awaits = std::move(awaits)](const error_code&) { accept(); });
    }

    const std::string place_;
    const begin_request begin_;
    /// The socket at its place, by its number there.
    std::optional<struct stat> ours_;
    std::atomic<bool> has_place_{false};
    /// Each client that is served shares it.
    const std::shared_ptr<int> seats_ = std::make_shared<int>();
    /// In the order in which they came.
    std::list<std::weak_ptr<client>> clients_;
    /// Held by what awaits the next client.
    std::weak_ptr<char> awaits_;
    control_thread thread_;
    protocol::acceptor acceptor_;
    asio::steady_timer pause_;
};

/// Makes room for our socket where nobody serves the one that is there. False = `failure` says why
/// not.
bool clear_place(const std::string& place, const std::string& start, control_failure& failure) {
    const auto found = look_at(place);
    if (!found || !S_ISSOCK(found->st_mode)) {
        return true; // binding says what is wrong with it
    }
    const int error = try_connect(place);
    if (error == ECONNREFUSED) {
        ::unlink(place.c_str());
    } else if (error != ENOENT) {
        failure.is_taken = error == 0;
        const bool is_foreign = found->st_uid != 0 && found->st_uid != ::geteuid();
        const auto owner = is_foreign ? " as " + user_text(found->st_uid) : std::string();
        failure.why = start + (error == 0 ? "another plug serves it" + owner
                                          : std::generic_category().message(error));
        return false;
    }
    return true;
}

using time_point = std::chrono::steady_clock::time_point;

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

/// Empty = `bytes` holds all that was said; otherwise why it does not.
std::string receive_all(int socket, std::string& bytes, std::size_t most, time_point deadline) {
    std::array<char, 16384> portion{};
    while (true) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0) {
            return "no answer in time";
        }
        set_patience(socket, left);
        const ssize_t received = ::recv(socket, portion.data(), portion.size(), 0);
        if (received == 0) {
            return {};
        }
        if (received < 0 && errno != EINTR) {
            return why_unanswered();
        }
        const auto count = static_cast<std::size_t>(std::max<ssize_t>(received, 0));
        if (count > most - bytes.size()) {
            return too_long_reply(most);
        }
        bytes.append(portion.data(), count);
    }
}

/// A path that a socket address has room for (sockaddr_un).
bool fits(const std::string& place) { return place.size() < sizeof(sockaddr_un::sun_path); }

} // namespace

std::unique_ptr<control_channel>
control_channel::open(const std::string& place, begin_request begin, control_failure& failure) {
    failure = {};
    const std::string start = "control channel " + place + ": ";
    if (!fits(place)) {
        failure.why = start + "the path is longer than the system allows, " +
                      std::to_string(sizeof(sockaddr_un::sun_path) - 1) + " bytes";
        return nullptr;
    }
    const folder_lock lock(std::filesystem::path(place).parent_path());
    if (!clear_place(place, start, failure)) {
        return nullptr;
    }
    auto made = std::make_unique<local_channel>(place, std::move(begin));
    if (const auto error = made->listen()) {
        failure.why = start + error.message();
        return nullptr;
    }
    return made;
}

control_reply ask_control(const std::string& place, std::string_view request,
                          std::chrono::milliseconds patience, std::size_t most_bytes) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    control_reply reply;
    if (!fits(place)) {
        reply.error = "the path is too long";
        return reply;
    }
    asio::io_context context;
    protocol::socket socket(context);
    error_code error;
    socket.open(protocol(), error);
    if (!error) {
        set_patience(socket.native_handle(), patience);
        socket.connect(protocol::endpoint(place), error);
    }
    if (error) {
        reply.error = error.message();
        reply.is_forbidden = error == asio::error::access_denied;
        return reply;
    }
    const int opened = socket.native_handle();
    reply.error = send_all(opened, request) ? receive_all(opened, reply.bytes, most_bytes, deadline)
                                            : why_unanswered();
    return reply;
}

std::string default_control_place(const std::string&) { return "/run/plugdaemon/control.sock"; }

std::string lasting_control_place(const std::string& place) {
    return std::filesystem::absolute(place).lexically_normal().string();
}

} // namespace plug::platform
