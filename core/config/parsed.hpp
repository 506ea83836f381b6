// The outcome of reading a text that an operator wrote: a value, or why there is none.
#pragma once

#include <optional>
#include <string>
#include <utility>

namespace plug {

/// A value, or one phrase that says what is wrong and what would be right ("port 70000 is not
/// between 1 and 65535"), without a full stop.
template <typename Value> struct parsed {
    std::optional<Value> value;
    std::string why;

    [[nodiscard]] explicit operator bool() const noexcept { return value.has_value(); }
    const Value& operator*() const noexcept { return *value; }
    const Value* operator->() const noexcept { return &*value; }

    static parsed ok(Value good) { return {std::move(good), {}}; }
    static parsed bad(std::string reason) { return {std::nullopt, std::move(reason)}; }
};

} // namespace plug
