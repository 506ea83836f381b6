// Lets one allocation of chosen threads fail. A program that links this has another operator new.
#pragma once

#include <cstdint>

namespace plug::test {

/// Whether allocations of the calling thread count, and may fail. At first they do not.
void let_memory_fail_here(bool may_fail) noexcept;

/// While it lives, what the calling thread allocates neither counts nor fails.
class memory_is_spared {
public:
    memory_is_spared() noexcept;
    ~memory_is_spared();
    memory_is_spared(const memory_is_spared&) = delete;
    memory_is_spared& operator=(const memory_is_spared&) = delete;
};

/// While it lives, allocation number `nth` of all that count fails, from 1 on; and `more` behind
/// it.
class failing_memory {
public:
    explicit failing_memory(std::uint64_t nth, std::uint64_t more = 0) noexcept;
    ~failing_memory();
    failing_memory(const failing_memory&) = delete;
    failing_memory& operator=(const failing_memory&) = delete;

    /// Whether it has failed. False = there were fewer.
    [[nodiscard]] bool has_failed() const noexcept;
};

} // namespace plug::test
