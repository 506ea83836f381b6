// The names that are to be looked up, in the order in which that is to be done.
#pragma once

#include "core/plug/destination.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace plug {

/// A name that a plug wants to be looked up.
struct question {
    std::shared_ptr<destination> wanted;
    std::string plug;
    std::chrono::steady_clock::time_point asked_at{};
    /// Its name was answered before.
    bool is_known = false;
};

/// Plugs take turns, so that the many names of one do not hold up those of another. No clock of its
/// own, no lock.
class question_queue {
public:
    void push(question asked);

    /// The next one. With `known_first` those whose names were answered before come ahead of all
    /// others.
    std::optional<question> take(bool known_first);

    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    /// How many were asked at `time` or before.
    [[nodiscard]] std::size_t asked_until(std::chrono::steady_clock::time_point time) const;

    /// When the longest waiting one was asked; the queue must not be empty.
    [[nodiscard]] std::chrono::steady_clock::time_point oldest() const;

private:
    using questions = std::deque<question>;
    using by_plug = std::map<std::string, questions>;

    static questions::iterator next_of(questions& asked, bool known);
    question remove(by_plug::iterator from, questions::iterator which);

    by_plug waiting_;
    std::string last_served_;
    std::size_t size_ = 0;
};

} // namespace plug
