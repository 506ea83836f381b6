// The question that a policy asks about each candidate: may this target be taken now?
#pragma once

#include <cstdint>
#include <memory>
#include <type_traits>

namespace plug {

/// Refers to a predicate over slots (a function object) without owning it: it lives as long as the
/// call that it is an argument of. A policy may ask about one slot several times and in any order,
/// so the answer must not change during that call.
class acceptance {
public:
    template <typename Predicate>
    requires(std::is_class_v<Predicate> && !std::is_same_v<Predicate, acceptance> &&
             std::is_invocable_r_v<bool, const Predicate&, std::uint32_t>)
        // Not explicit: a lambda is an acceptance.
        acceptance(const Predicate& predicate)
    noexcept
        : predicate_(std::addressof(predicate)), ask_([](const void* object, std::uint32_t slot) {
              return static_cast<bool>((*static_cast<const Predicate*>(object))(slot));
          }) {}

    bool operator()(std::uint32_t slot) const { return ask_(predicate_, slot); }

private:
    const void* predicate_;
    bool (*ask_)(const void*, std::uint32_t);
};

} // namespace plug
