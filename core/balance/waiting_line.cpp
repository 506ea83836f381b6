#include "core/balance/waiting_line.hpp"

#include <iterator>

namespace plug {

void waiting_line::enter(waiting_client& who) noexcept {
    auto behind = clients_.end();
    while (behind != clients_.begin() && std::prev(behind)->since > who.since) {
        --behind;
    }
    clients_.insert(behind, who);
    with_history_ += has_history(who) ? 1 : 0;
    who.is_in_line = true;
    who.result = wait_result::waiting;
}

bool waiting_line::leave(waiting_client& who) noexcept {
    if (!who.is_in_line) {
        return false;
    }
    take_out(who);
    return true;
}

void waiting_line::expire(time_point now, called_clients& called) noexcept {
    for (int each = 0; each < most_at_once && !clients_.empty() &&
                       now - clients_.front().since >= limits_.timeout;
         ++each) {
        call(clients_.front(), wait_result::timed_out, called);
    }
}

void waiting_line::call_some(wait_result result, called_clients& called) noexcept {
    for (int each = 0; each < most_at_once && !clients_.empty(); ++each) {
        call(clients_.front(), result, called);
    }
}

void waiting_line::call_all(wait_result result, called_clients& called) noexcept {
    while (!clients_.empty()) {
        call(clients_.front(), result, called);
    }
}

std::optional<waiting_line::time_point> waiting_line::next_expiry() const noexcept {
    return empty() ? std::nullopt : std::optional(clients_.front().since + limits_.timeout);
}

void waiting_line::take_out(waiting_client& who) noexcept {
    clients_.erase(clients_.iterator_to(who));
    with_history_ -= has_history(who) ? 1 : 0;
    who.is_in_line = false;
}

void waiting_line::call(waiting_client& who, wait_result result, called_clients& called) noexcept {
    take_out(who);
    who.result = result;
    who.has_waited = true;
    called.add(who);
}

} // namespace plug
