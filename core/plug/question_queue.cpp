#include "core/plug/question_queue.hpp"

#include <algorithm>
#include <utility>

namespace plug {

void question_queue::push(question asked) {
    auto& of_plug = waiting_[asked.plug];
    of_plug.push_back(std::move(asked));
    ++size_;
}

/// The first of one plug; with `known` the first whose name was answered before.
question_queue::questions::iterator question_queue::next_of(questions& asked, bool known) {
    return known ? std::ranges::find_if(asked, [](const question& each) { return each.is_known; })
                 : asked.begin();
}

std::optional<question> question_queue::take(bool known_first) {
    for (const bool known : {true, false}) {
        if (known && !known_first) {
            continue;
        }
        auto at = waiting_.upper_bound(last_served_);
        for (std::size_t turn = 0; turn < waiting_.size(); ++turn) {
            at = at == waiting_.end() ? waiting_.begin() : at;
            const auto which = next_of(at->second, known);
            if (which != at->second.end()) {
                return remove(at, which);
            }
            ++at;
        }
    }
    return std::nullopt;
}

question question_queue::remove(by_plug::iterator from, questions::iterator which) {
    last_served_ = from->first; // may throw, and then nothing has changed
    auto taken = std::move(*which);
    from->second.erase(which);
    if (from->second.empty()) {
        waiting_.erase(from);
    }
    --size_;
    return taken;
}

std::size_t question_queue::asked_until(std::chrono::steady_clock::time_point time) const {
    std::size_t found = 0;
    for (const auto& [plug, asked] : waiting_) {
        found += static_cast<std::size_t>(std::ranges::count_if(
            asked, [time](const question& each) { return each.asked_at <= time; }));
    }
    return found;
}

std::chrono::steady_clock::time_point question_queue::oldest() const {
    auto earliest = std::chrono::steady_clock::time_point::max();
    for (const auto& [plug, asked] : waiting_) {
        if (!asked.empty()) { // as where push() had no memory
            earliest = std::min(earliest, asked.front().asked_at);
        }
    }
    return earliest;
}

} // namespace plug
