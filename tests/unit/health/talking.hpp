// Leads the dialogue of a health check without a network.
#pragma once

#include "core/health/dialogue.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <limits>
#include <ostream>
#include <string>
#include <string_view>

namespace plug::test {

/// What became of a dialogue.
struct outcome {
    std::string sent; // all of it, the farewell included
    step::state now = step::state::reading;
    std::string reason;
    step::leaving leave = step::leaving::at_once;

    bool operator==(const outcome&) const = default;
};

inline std::ostream& operator<<(std::ostream& out, const outcome& each) {
    return out << "state " << static_cast<int>(each.now) << ", " << each.reason << ", sent "
               << each.sent.size() << " bytes";
}

/// As a log would have it: `passed: ...`, `failed: ...`, or what is awaited.
inline std::string verdict(const outcome& each) {
    switch (each.now) {
    case step::state::passed:
        return "passed: " + each.reason;
    case step::state::failed:
        return "failed: " + each.reason;
    case step::state::reading:
        break;
    }
    return "reading";
}

inline host_port target_of(const std::string& text) { return *parse_host_port(text); }

inline check_config check_of(check_kind kind) {
    check_config check;
    check.kind = kind;
    return check;
}

inline void add(outcome& so_far, const step& next) {
    so_far.sent += next.send;
    so_far.now = next.now;
    so_far.reason = next.reason;
    so_far.leave = next.leave;
}

/// A whole dialogue in which the target says `text`, in portions of `size` bytes, and closes where
/// `closes`.
inline outcome talk(const check_config& check, const std::string& text, bool closes = false,
                    std::size_t size = std::numeric_limits<std::size_t>::max(),
                    const std::string& target = "target.example:80") {
    auto dialogue = make_dialogue(check, target_of(target));
    outcome so_far;
    add(so_far, dialogue.opening());
    for (std::size_t at = 0; at < text.size() && so_far.now == step::state::reading;
         at += std::min(size, text.size() - at)) {
        add(so_far, dialogue.feed(std::string_view(text).substr(at, size)));
    }
    if (closes && so_far.now == step::state::reading) {
        add(so_far, dialogue.ended());
    }
    return so_far;
}

inline std::string verdict_of(check_kind kind, const std::string& text, bool closes = false) {
    return verdict(talk(check_of(kind), text, closes));
}

} // namespace plug::test
