#include "tests/support/transport/failing_memory.hpp"

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <new>

namespace {

constexpr std::int64_t never = -1;

/// Which of those to come is the first to fail, from 0 on, and how many fail in all.
std::atomic<std::int64_t> before_failure{never};
std::atomic<std::int64_t> failures{0};
std::atomic<bool> failed{false};

thread_local bool counts_here = false;
thread_local int spared_here = 0;

bool must_fail() noexcept {
    if (!counts_here || spared_here > 0 || before_failure.load() == never) {
        return false;
    }
    const auto place = before_failure.fetch_sub(1);
    if (place > 0) {
        return false;
    }
    before_failure.store(0);
    if (failures.fetch_sub(1) <= 0) {
        return false;
    }
    failed.store(true);
    return true;
}

} // namespace

namespace plug::test {

void let_memory_fail_here(bool may_fail) noexcept { counts_here = may_fail; }

memory_is_spared::memory_is_spared() noexcept { ++spared_here; }
memory_is_spared::~memory_is_spared() { --spared_here; }

failing_memory::failing_memory(std::uint64_t nth, std::uint64_t more) noexcept {
    failed.store(false);
    failures.store(static_cast<std::int64_t>(more) + 1);
    before_failure.store(static_cast<std::int64_t>(nth) - 1);
}

failing_memory::~failing_memory() { before_failure.store(never); }

bool failing_memory::has_failed() const noexcept { return failed.load(); }

} // namespace plug::test

// The forms for arrays go by these (C++20, 17.6.3.2). The one that does not throw would go by the
// other, but that a sanitizer has its own.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
    return must_fail() ? nullptr : std::malloc(size != 0 ? size : 1);
}
void* operator new(std::size_t size) {
    void* const given = operator new(size, std::nothrow);
    if (given == nullptr) {
        throw std::bad_alloc();
    }
    return given;
}
void* operator new[](std::size_t size) { return operator new(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
    return operator new(size, std::nothrow);
}
void operator delete(void* given) noexcept { std::free(given); }
void operator delete(void* given, std::size_t) noexcept { std::free(given); }
void operator delete[](void* given) noexcept { std::free(given); }
void operator delete[](void* given, std::size_t) noexcept { std::free(given); }

#if defined(__unix__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
// Asio takes the memory of its operations and of coroutines from here. Sanitizers have their own.
extern "C" void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
    void* given = nullptr;
    if (must_fail() || ::posix_memalign(&given, alignment, size) != 0) {
        errno = ENOMEM;
        return nullptr;
    }
    return given;
}
#endif
