// Looks at all sessions of a worker and cuts those that are meant, a few in each turn of its loop.
#pragma once

#include "core/plug/worker_session.hpp"
#include "platform/transport/transport.hpp"

#include <cstddef>
#include <deque>
#include <functional>

namespace plug {

/// What is done with the sessions of a worker, one after the other.
struct session_sweep {
    /// Judges a session, and may cut it, which may end its life. True = it was cut.
    std::function<bool(worker_session&)> meet;
    /// Of a sweep that cuts every session: hears, before the last of them are, how many it cuts.
    std::function<void(std::size_t)> told{};
    /// It has met the last one.
    std::function<void()> ended{};
};

/// Belongs to the thread of one worker. To cut a session takes some 50 us, and thousands in one
/// piece would keep all others waiting for as long as that takes. So there is a bound to what is
/// done in one turn of the loop, however many sweeps there are: they are worked off one after the
/// other. Sessions that come meanwhile may be met too, or not.
class session_sweeps {
public:
    using sessions = boost::intrusive::list<worker_session>;

    /// In one turn.
    static constexpr std::size_t most_cut = 64;
    static constexpr std::size_t most_met = 4096;

    explicit session_sweeps(sessions& all) : all_(all) {}

    /// Begins `next`, or lets it wait for its turn. True = work_off() is to be spawned.
    [[nodiscard]] bool begin(session_sweep next);

    /// Goes on, turn by turn, until nothing is left. Without memory for a turn it takes none.
    platform::task<void> work_off(platform::network& network);

    /// The same in one piece, where there is no memory for anything else.
    void work_off_at_once();

    /// `ended` is about to leave the list of all.
    void forget(worker_session& ended) noexcept;

private:
    void take_turn();
    void begin_first();
    void go_on_with_first();
    void end_first();
    void tell_before_last(session_sweep& first) const;
    [[nodiscard]] worker_session* behind(worker_session& one) const noexcept;
    [[nodiscard]] bool may_go_on() const noexcept { return cut_ < most_cut && met_ < most_met; }

    sessions& all_;
    std::deque<session_sweep> waiting_; // the first is under way
    bool is_under_way_ = false;
    worker_session* next_ = nullptr; // that it meets; null = no more
    std::size_t left_ = 0;           // to meet, of those that were there when it began
    std::size_t cut_by_first_ = 0;
    std::size_t cut_ = 0; // in this turn
    std::size_t met_ = 0;
    bool is_working_ = false;
};

/// Comes back in another turn of the loop, when events that are there have been served.
platform::task<void> next_turn(platform::network& network);

} // namespace plug
