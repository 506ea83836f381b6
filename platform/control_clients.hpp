// The clients of the control channel, for any stream that Asio knows: a local socket, or a pipe.
#pragma once

#include "platform/control_channel.hpp"
#include "platform/thread_name.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace plug::platform {

inline constexpr std::size_t control_request_limit = 64 * std::size_t{1024};
inline constexpr std::chrono::seconds control_request_patience{1};
inline constexpr std::chrono::seconds control_reply_patience{10};

/// For so long nobody takes the place of a client: one that has something to say has said it.
inline constexpr std::chrono::milliseconds control_first_words{100};
/// And of one that does not read its reply.
inline constexpr std::chrono::milliseconds control_last_words{1000};
/// So much longer, once, as the thread may have been busy, and what came meanwhile is to be read.
inline constexpr std::chrono::milliseconds control_last_look{100};
/// Until the channel tries again what there was no memory for.
inline constexpr std::chrono::milliseconds control_pause{10};

/// One client: reads its request, writes the reply, closes. Keeps itself alive meanwhile, and its
/// `seat`, by which the channel may count its clients.
template <typename Stream>
class control_client : public std::enable_shared_from_this<control_client<Stream>> {
public:
    control_client(Stream stream, std::unique_ptr<control_request> request,
                   std::shared_ptr<void> seat = nullptr)
        : seat_(std::move(seat)), stream_(std::move(stream)), deadline_(stream_.get_executor()),
          request_(std::move(request)) {}

    void begin() {
        or_close([this] {
            allow_time(control_request_patience, control_first_words);
            read();
        });
    }

    /// Whether it has had its time, while others wait. Of a Stream that tells what is there unread.
    [[nodiscard]] bool may_be_dropped() {
        boost::system::error_code ignored;
        return dropped_from_ && std::chrono::steady_clock::now() >= *dropped_from_ &&
               (!reply_.empty() || stream_.available(ignored) == 0);
    }
    void drop() { close(); }

private:
    void allow_time(std::chrono::milliseconds patience, std::chrono::milliseconds undisturbed) {
        dropped_from_ = std::chrono::steady_clock::now() + undisturbed;
        deadline_.expires_after(patience);
        close_in_time(false);
    }

    void close_in_time(bool is_last_look) {
        deadline_.async_wait([self = this->shared_from_this(), is_last_look](const auto& error) {
            if (!error && !self->dropped_from_) {
                return; // it is being answered
            }
            if (!error && is_last_look) {
                self->close();
            } else if (!error) {
                self->deadline_.expires_after(control_last_look);
                self->close_in_time(true);
            }
        });
    }

    void read() {
        stream_.async_read_some(
            boost::asio::buffer(buffer_),
            [self = this->shared_from_this()](const auto& error, std::size_t count) {
                self->or_close([&] { self->received(error, count); });
            });
    }

    /// A client that there is no memory for need not wait until its time is over.
    template <typename Act> void or_close(const Act& act) {
        try {
            act();
        } catch (...) {
            close();
            throw;
        }
    }

    void received(const boost::system::error_code& error, std::size_t count) {
        received_ += count;
        if (error || received_ > control_request_limit) {
            close();
        } else if (request_->take({buffer_.data(), count})) {
            prepare();
        } else {
            read();
        }
    }

    /// The client has done its part. The thread waits for the reply, wherever it is made.
    void prepare() {
        dropped_from_.reset();
        deadline_.cancel();
        request_->prepare([self = this->shared_from_this(),
                           work = boost::asio::make_work_guard(stream_.get_executor())] {
            boost::asio::dispatch(self->stream_.get_executor(),
                                  [self] { self->or_close([&] { self->reply(); }); });
        });
    }

    void reply() {
        reply_ = request_->answer();
        allow_time(control_reply_patience, control_last_words);
        boost::asio::async_write(
            stream_, boost::asio::buffer(reply_),
            [self = this->shared_from_this()](const auto&, std::size_t) { self->close(); });
    }

    void close() {
        deadline_.cancel();
        boost::system::error_code ignored;
        stream_.close(ignored);
    }

    const std::shared_ptr<void> seat_;
    Stream stream_;
    boost::asio::steady_timer deadline_;
    /// Unset = while it is answered.
    std::optional<std::chrono::steady_clock::time_point> dropped_from_;
    std::unique_ptr<control_request> request_;
    std::array<char, 4096> buffer_{};
    std::size_t received_ = 0;
    std::string reply_;
};

/// Why a reply is not taken.
inline std::string too_long_reply(std::size_t most_bytes) {
    return "the reply is longer than " + std::to_string(most_bytes) + " bytes";
}

/// A thread that runs `context` until it is told to stop. What escapes from a request ends that
/// request alone; `again` is called then, as it may have been the one that awaits the next.
class control_thread {
public:
    control_thread() = default;
    control_thread(const control_thread&) = delete;
    control_thread& operator=(const control_thread&) = delete;
    ~control_thread() { stop(); }

    void start(std::function<void()> again) {
        thread_ = std::thread([this, again = std::move(again)] {
            name_this_thread("plug-control");
            bool broke_off = false;
            while (!ending_) {
                try {
                    if (std::exchange(broke_off, false)) {
                        again();
                    }
                    context.run();
                    return;                       // nothing is awaited any more
                } catch (const std::exception&) { // out of memory: the client hears nothing
                    broke_off = true;
                    std::this_thread::sleep_for(control_pause);
                    context.restart(); // it had nothing else to wait for
                }
            }
        });
    }

    /// Before anything goes that its handlers use.
    void stop() {
        ending_ = true; // before that, as the thread may restart it
        context.stop();
        if (thread_.joinable()) {
            thread_.join();
        }
    }

    boost::asio::io_context context{1};

private:
    std::atomic<bool> ending_{false};
    std::thread thread_;
};

} // namespace plug::platform
