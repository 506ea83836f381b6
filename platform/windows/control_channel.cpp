// The control channel as a named pipe, which refuses clients of other machines. Its security
// descriptor is the system's default: the process's user, administrators and the system may write.
#include "platform/control_channel.hpp"
#include "platform/control_clients.hpp"
#include "platform/windows/file_handle.hpp"
#include "platform/windows/system_message.hpp"
#include "platform/windows/text.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>

#include <boost/asio/post.hpp>
#include <boost/asio/windows/overlapped_ptr.hpp>
#include <boost/asio/windows/stream_handle.hpp>

#include <windows.h>

namespace plug::platform {

namespace {

namespace asio = boost::asio;
using asio::windows::stream_handle;
using error_code = boost::system::error_code;

constexpr DWORD pipe_buffer_bytes = 4096;

/// The pipe's descriptor lets nobody else in.
const control_peer whoever_may_write{true, "whoever may write to the pipe"};

/// One instance of the pipe, or an invalid handle: see GetLastError().
HANDLE create_pipe(const std::wstring& name, bool is_first) {
    const DWORD access =
        PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED | (is_first ? FILE_FLAG_FIRST_PIPE_INSTANCE : 0U);
    return ::CreateNamedPipeW(
        name.c_str(), access,
        PIPE_TYPE_BYTE | PIPE_READMODE_BYTE | PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS,
        PIPE_UNLIMITED_INSTANCES, pipe_buffer_bytes, pipe_buffer_bytes, 0, nullptr);
}

/// Whether somebody serves there. FILE_FLAG_FIRST_PIPE_INSTANCE says it too, and without a race,
/// but Wine does not heed it.
bool is_served(const std::wstring& name) {
    return ::WaitNamedPipeW(name.c_str(), 1) != 0 || ::GetLastError() != ERROR_FILE_NOT_FOUND;
}

class pipe_channel final : public control_channel {
public:
    pipe_channel(const std::string& place, begin_request begin)
        : name_(to_wide(place)), begin_(std::move(begin)), next_(thread_.context) {}

    ~pipe_channel() override { thread_.stop(); }

    /// 0, or the system's error.
    DWORD listen() {
        if (is_served(name_)) {
            return ERROR_ACCESS_DENIED;
        }
        const HANDLE first = create_pipe(name_, true);
        if (first == INVALID_HANDLE_VALUE) {
            return ::GetLastError();
        }
        next_.assign(first);
        accept();
        return 0;
    }

    void serve() override {
        thread_.start([this] {
            if (awaits_.expired()) {
                await_another();
            }
        });
    }

    void give_up() noexcept override {
        try {
            asio::post(thread_.context, [this] {
                is_given_up_ = true;
                error_code ignored;
                next_.close(ignored);
            });
        } catch (const std::exception&) { // out of memory: then it closes when it is destroyed
        }
    }

private:
    /// Waits for a client of the instance that is there, then makes the next one.
    void accept() {
        auto awaits = std::make_shared<char>();
        awaits_ = awaits;
        asio::windows::overlapped_ptr waiting(
            thread_.context, [this, awaits = std::move(awaits)](const error_code& error,
                                                                std::size_t) { accepted(error); });
        const bool connected = ::ConnectNamedPipe(next_.native_handle(), waiting.get()) != 0;
        const DWORD error = ::GetLastError();
        if (!connected && error == ERROR_IO_PENDING) {
            waiting.release();
        } else if (connected || error == ERROR_PIPE_CONNECTED) {
            waiting.complete({}, 0);
        } else {
            waiting.complete(
                error_code(static_cast<int>(error), asio::error::get_system_category()), 0);
        }
    }

    void accepted(const error_code& error) {
        if (error == asio::error::operation_aborted) {
            return;
        }
        stream_handle client = std::move(next_);
        await_another();
        if (!error) {
            std::make_shared<control_client<stream_handle>>(std::move(client),
                                                            begin_(whoever_may_write))
                ->begin();
        }
    }

    void await_another() {
        next_ = stream_handle(thread_.context);
        const HANDLE another = is_given_up_ ? INVALID_HANDLE_VALUE : create_pipe(name_, false);
        if (another != INVALID_HANDLE_VALUE) {
            next_.assign(another);
            accept();
        }
    }

    const std::wstring name_;
    const begin_request begin_;
    /// Held by what awaits the next client.
    std::weak_ptr<char> awaits_;
    /// Belongs to the thread.
    bool is_given_up_ = false;
    control_thread thread_;
    stream_handle next_;
};

/// The client's end. Another client may take the instance that is free; the next one comes soon.
HANDLE connect_pipe(const std::wstring& name, DWORD patience_ms) {
    HANDLE made = INVALID_HANDLE_VALUE;
    do {
        made = ::CreateFileW(name.c_str(), GENERIC_READ | GENERIC_WRITE, 0, nullptr, OPEN_EXISTING,
                             FILE_FLAG_OVERLAPPED, nullptr);
    } while (made == INVALID_HANDLE_VALUE && ::GetLastError() == ERROR_PIPE_BUSY &&
             ::WaitNamedPipeW(name.c_str(), patience_ms) != 0);
    return made;
}

/// Waits for an overlapped call that has begun. False = it failed, see GetLastError().
bool finish(HANDLE pipe, OVERLAPPED& call, bool begun, DWORD patience_ms, DWORD& count) {
    if (!begun && ::GetLastError() != ERROR_IO_PENDING) {
        return false;
    }
    if (::WaitForSingleObject(call.hEvent, patience_ms) != WAIT_OBJECT_0) {
        ::CancelIo(pipe);
        ::GetOverlappedResult(pipe, &call, &count, TRUE);
        ::SetLastError(ERROR_SEM_TIMEOUT);
        return false;
    }
    return ::GetOverlappedResult(pipe, &call, &count, FALSE) != 0;
}

bool send_all(HANDLE pipe, HANDLE event, std::string_view bytes, DWORD patience_ms) {
    while (!bytes.empty()) {
        OVERLAPPED call{};
        call.hEvent = event;
        DWORD count = 0;
        const bool begun =
            ::WriteFile(pipe, bytes.data(), static_cast<DWORD>(bytes.size()), nullptr, &call) != 0;
        if (!finish(pipe, call, begun, patience_ms, count)) {
            return false;
        }
        bytes.remove_prefix(count);
    }
    return true;
}

/// To the end, which is that the other side closes its pipe.
/// Empty = `bytes` holds all of it; otherwise why not.
std::string receive_all(HANDLE pipe, HANDLE event, std::string& bytes, std::size_t most,
                        std::chrono::steady_clock::time_point deadline) {
    std::array<char, pipe_buffer_bytes> portion{};
    while (true) {
        OVERLAPPED call{};
        call.hEvent = event;
        DWORD count = 0;
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(
            deadline - std::chrono::steady_clock::now());
        const bool begun = ::ReadFile(pipe, portion.data(), static_cast<DWORD>(portion.size()),
                                      nullptr, &call) != 0;
        const auto patience_ms = static_cast<DWORD>(std::max<long long>(left.count(), 0));
        if (!finish(pipe, call, begun, patience_ms, count)) {
            const DWORD error = ::GetLastError();
            return error == ERROR_BROKEN_PIPE ? std::string() : message_of(error);
        }
        if (count > most - bytes.size()) {
            return too_long_reply(most);
        }
        bytes.append(portion.data(), count);
    }
}

} // namespace

std::unique_ptr<control_channel>
control_channel::open(const std::string& place, begin_request begin, control_failure& failure) {
    failure = {};
    auto made = std::make_unique<pipe_channel>(place, std::move(begin));
    if (const DWORD error = made->listen(); error != 0) {
        failure.is_taken = error == ERROR_ACCESS_DENIED;
        failure.why =
            "control channel " + place + ": " +
            (failure.is_taken ? "another plug serves it, or this user may not" : message_of(error));
        return nullptr;
    }
    return made;
}

control_reply ask_control(const std::string& place, std::string_view request,
                          std::chrono::milliseconds patience, std::size_t most_bytes) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    const auto patience_ms = static_cast<DWORD>(patience.count());
    control_reply reply;
    const file_handle pipe(connect_pipe(to_wide(place), patience_ms));
    if (!pipe) {
        const DWORD error = ::GetLastError();
        reply.error = message_of(error);
        reply.is_forbidden = error == ERROR_ACCESS_DENIED;
        return reply;
    }
    const HANDLE event = ::CreateEventW(nullptr, TRUE, FALSE, nullptr);
    reply.error = send_all(pipe.get(), event, request, patience_ms)
                      ? receive_all(pipe.get(), event, reply.bytes, most_bytes, deadline)
                      : message_of(::GetLastError());
    ::CloseHandle(event);
    return reply;
}

std::string default_control_place(const std::string& name) {
    return "\\\\.\\pipe\\plugdaemon-" + name;
}

std::string lasting_control_place(const std::string& place) { return place; }

} // namespace plug::platform
