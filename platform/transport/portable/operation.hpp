// An operation of Asio as a coroutine awaits it here: its memory is part of the frame that waits.
#pragma once

#include "platform/suspension.hpp"
#include "platform/transport/handler_memory.hpp"

#include <cstddef>
#include <optional>
#include <tuple>
#include <utility>

namespace plug::platform {

/// Use: `operation<error_code> connecting; co_await connecting.wait([&](auto handler) { ... });`
/// then look at what it came to. Asio alone would take memory once the coroutine is suspended, and
/// without any destroy it where nobody notices.
template <std::size_t Room, typename... Results> class sized_operation {
public:
    sized_operation() = default;
    sized_operation(const sized_operation&) = delete;
    sized_operation& operator=(const sized_operation&) = delete;

    /// `begin` starts the operation with the handler that it is given.
    template <typename Begin> [[nodiscard]] auto wait(Begin begin) {
        return suspend_coroutine([this, begin = std::move(begin)](auto waiting) mutable {
            suspended_.hold(std::move(waiting));
            begin(with_memory(memory_, completion(*this)));
        });
    }

    /// Once, when it has ended.
    [[nodiscard]] std::tuple<Results...> came_to() { return *std::move(results_); }

private:
    class completion {
    public:
        explicit completion(sized_operation& of) noexcept : of_(&of) {}
        completion(completion&& other) noexcept : of_(std::exchange(other.of_, nullptr)) {}
        completion& operator=(completion&&) = delete;
        ~completion() {
            if (of_ != nullptr) {
                of_->suspended_.forget(); // the io_context goes
            }
        }
        void operator()(Results... results) {
            auto* const ended = std::exchange(of_, nullptr);
            ended->results_.emplace(std::move(results)...);
            ended->suspended_.resume();
        }

    private:
        sized_operation* of_;
    };

    sized_handler_memory<Room> memory_;
    suspension suspended_;
    std::optional<std::tuple<Results...>> results_;
};

template <typename... Results> using operation = sized_operation<256, Results...>;

} // namespace plug::platform
