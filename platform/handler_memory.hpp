// Memory set aside for one handler of Asio, so that what must not fail needs none later.
#pragma once

#include <boost/asio/bind_allocator.hpp>
#include <boost/assert.hpp>

#include <cstddef>
#include <new>
#include <utility>

namespace plug::platform {

/// Room for the operation behind one handler at a time, which Asio gives back before it calls the
/// handler. Belongs to one thread at a time, must outlive the operation and stays where it is.
class handler_memory {
public:
    handler_memory() noexcept = default;
    handler_memory(const handler_memory&) = delete;
    handler_memory& operator=(const handler_memory&) = delete;

    void* take(std::size_t size) {
        BOOST_ASSERT(size <= sizeof bytes_);
        if (size > sizeof bytes_ || std::exchange(is_taken_, true)) {
            return ::operator new(size);
        }
        return bytes_;
    }

    void give_back(void* taken) noexcept {
        if (taken == bytes_) {
            is_taken_ = false;
        } else {
            ::operator delete(taken);
        }
    }

private:
    // What a handler of ours takes at most, on any system: that of an accept.
    alignas(std::max_align_t) std::byte bytes_[256];
    bool is_taken_ = false;
};

/// As Asio asks for memory.
template <typename Value> class handler_allocator {
public:
    using value_type = Value;

    explicit handler_allocator(handler_memory& from) noexcept : from_(&from) {}
    template <typename Other>
    handler_allocator(const handler_allocator<Other>& other) noexcept : from_(other.from_) {}

    Value* allocate(std::size_t count) {
        return static_cast<Value*>(from_->take(count * sizeof(Value)));
    }
    void deallocate(Value* taken, std::size_t) noexcept { from_->give_back(taken); }

    bool operator==(const handler_allocator&) const noexcept = default;

private:
    template <typename> friend class handler_allocator;
    handler_memory* from_;
};

/// `handler` with that memory; or a completion token.
template <typename Handler> auto with_memory(handler_memory& memory, Handler&& handler) {
    return boost::asio::bind_allocator(handler_allocator<std::byte>(memory),
                                       std::forward<Handler>(handler));
}

} // namespace plug::platform
