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
class handler_room {
public:
    handler_room(const handler_room&) = delete;
    handler_room& operator=(const handler_room&) = delete;

    void* take(std::size_t size) {
        BOOST_ASSERT(size <= size_);
        if (size > size_ || std::exchange(is_taken_, true)) {
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

protected:
    handler_room(std::byte* bytes, std::size_t size) noexcept : bytes_(bytes), size_(size) {}
    ~handler_room() = default;

private:
    std::byte* const bytes_;
    const std::size_t size_;
    bool is_taken_ = false;
};

template <std::size_t Size> class sized_handler_memory : public handler_room {
public:
    sized_handler_memory() noexcept : handler_room(memory_, Size) {}

private:
    alignas(std::max_align_t) std::byte memory_[Size];
};

/// Enough for all operations but an accept, on any system.
using handler_memory = sized_handler_memory<256>;

/// As Asio asks for memory.
template <typename Value> class handler_allocator {
public:
    using value_type = Value;

    explicit handler_allocator(handler_room& from) noexcept : from_(&from) {}
    template <typename Other>
    handler_allocator(const handler_allocator<Other>& other) noexcept : from_(other.from_) {}

    Value* allocate(std::size_t count) {
        return static_cast<Value*>(from_->take(count * sizeof(Value)));
    }
    void deallocate(Value* taken, std::size_t) noexcept { from_->give_back(taken); }

    bool operator==(const handler_allocator&) const noexcept = default;

private:
    template <typename> friend class handler_allocator;
    handler_room* from_;
};

/// `handler` with that memory; or a completion token.
template <typename Handler> auto with_memory(handler_room& memory, Handler&& handler) {
    return boost::asio::bind_allocator(handler_allocator<std::byte>(memory),
                                       std::forward<Handler>(handler));
}

} // namespace plug::platform
