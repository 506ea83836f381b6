// The control channel: how commands on this machine talk to a plug that runs. On Unix a socket in
// the file system, on Windows a named pipe; neither can be reached from another machine.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace plug::platform {

/// Whom a client of the channel runs as.
struct control_peer {
    /// Root, or the user that this process runs as. Anybody else may look, and change nothing. On
    /// Windows each client may that the pipe lets write to it at all.
    bool may_change = false;
    /// For messages, such as `user 1000`.
    std::string user;
};

/// One client's request, and the reply to it. Bytes and nothing else: what they mean is up to the
/// service. Used on the channel's thread.
class control_request {
public:
    virtual ~control_request() = default;

    /// Takes `bytes` of the request. True = it is whole, or broken: answer() comes next.
    virtual bool take(std::string_view bytes) = 0;

    /// Gets the reply ready, and calls `ready` once: from within, or later on any thread, while
    /// other clients are served. It is there until `ready` is destroyed.
    virtual void prepare(std::function<void()> ready) { ready(); }

    /// The reply, after which the channel closes. Other clients wait meanwhile.
    virtual std::string answer() = 0;
};

/// Why a channel could not be opened.
struct control_failure {
    std::string why;
    /// Another plug serves the place, and its commands reach that one.
    bool is_taken = false;
};

/// Serves clients on a thread of its own: one request each, of at most 64 KiB, which must be there
/// within 1 s; the reply may take 10 s to be read. POSIX serves 16 clients at once, and one that
/// says nothing makes way for the next. The process's own user and group alone may connect.
class control_channel {
public:
    using begin_request = std::function<std::unique_ptr<control_request>(const control_peer&)>;

    /// Opens the channel at `place`, where clients wait until serve(); on failure the result is
    /// null, and `failure` says why. What a plug that has died left there is replaced; of two that
    /// open at once, one gets it. Call after the last fork.
    static std::unique_ptr<control_channel> open(const std::string& place, begin_request begin,
                                                 control_failure& failure);

    /// Starts the thread. To be called once.
    virtual void serve() = 0;

    /// Leaves the place to the next plug: takes no more clients. Those that are served get their
    /// reply. Any thread, while the channel lives; does not wait.
    virtual void give_up() noexcept = 0;

    virtual ~control_channel() = default;
};

/// What came of ask_control(): the bytes of the reply, or why there is none.
struct control_reply {
    std::string bytes;
    std::string error;
    /// The reason is that this user may not connect.
    bool is_forbidden = false;
};

/// More than any reply that is text for a person.
inline constexpr std::size_t most_reply_bytes = std::size_t{1} << 20U;

/// Sends `request` to the plug that serves `place`, and waits for its reply to the end, at most
/// `patience` in all. A reply of more than `most_bytes` is an error.
control_reply ask_control(const std::string& place, std::string_view request,
                          std::chrono::milliseconds patience,
                          std::size_t most_bytes = most_reply_bytes);

/// Where a plug serves unless it is told another place: `/run/plugdaemon/control.sock`, or
/// `\\.\pipe\plugdaemon-NAME` where `name` is that of the service.
[[nodiscard]] std::string default_control_place(const std::string& name);

/// The same place once the working folder is another: a path becomes absolute, and the name of a
/// pipe stays as it is.
[[nodiscard]] std::string lasting_control_place(const std::string& place);

} // namespace plug::platform
