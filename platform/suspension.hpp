// A coroutine that has been suspended and can be resumed once.
#pragma once

#include "platform/transport/transport.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/deferred.hpp>

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace plug::platform {

/// Holds the completion handler of an Asio operation without allocating.
class suspension {
public:
    suspension() noexcept = default;
    suspension(const suspension&) = delete;
    suspension& operator=(const suspension&) = delete;
    ~suspension() { forget(); }

    template <typename Handler> void hold(Handler&& handler) {
        using held = std::decay_t<Handler>;
        static_assert(sizeof(held) <= sizeof(storage_) && alignof(held) <= alignof(void*));
        new (storage_) held(std::forward<Handler>(handler));
        end_ = [](void* storage, bool resume) {
            held moved{std::move(*static_cast<held*>(storage))};
            static_cast<held*>(storage)->~held();
            if (resume)
                std::move(moved)();
        };
    }

    /// Resumes the coroutine, which may end the life of this object.
    void resume() { end(true); }

    /// Gives the coroutine up: its frames are destroyed by the io_context, later.
    void forget() { end(false); }

private:
    void end(bool resume) {
        if (auto* const end = std::exchange(end_, nullptr))
            end(storage_, resume);
    }

    alignas(void*) std::byte storage_[2 * sizeof(void*)];
    void (*end_)(void* storage, bool resume) = nullptr;
};

/// What a coroutine awaits to be suspended: `suspended` is called with its completion handler.
template <typename Suspended> auto suspend_coroutine(Suspended suspended) {
    boost::asio::deferred_t token;
    return boost::asio::async_initiate<boost::asio::deferred_t, void()>(std::move(suspended),
                                                                        token);
}

} // namespace plug::platform
