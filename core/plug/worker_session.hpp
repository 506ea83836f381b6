// A session as its worker sees it: something to cut, and to hold to its limits.
#pragma once

#include "core/monitor/session_record.hpp"
#include "platform/transport/transport.hpp"

#include <boost/intrusive/list.hpp>

namespace plug {

class destination;

/// Belongs to one worker, and stands on its list from worker::add() to worker::remove().
class worker_session : public boost::intrusive::list_base_hook<> {
public:
    /// Ends the session by reset, wherever it stands; `why` is what its record says.
    virtual void cut(session_end why) noexcept = 0;
    void cut() noexcept { cut(session_end::stopped); }

    [[nodiscard]] virtual bool is_cut() const noexcept = 0;

    /// The target that it has, or is about to reach; null = none.
    [[nodiscard]] virtual const destination* bound_for() const noexcept = 0;

    /// Whether it had reached its target at `time`.
    [[nodiscard]] virtual bool was_connected(platform::clock::time_point time) const noexcept = 0;

    /// Cuts the session where it has come to a limit of its plug, judged as of `now`. False = there
    /// is none for it.
    virtual bool hold_to_limits(platform::clock::time_point now) noexcept = 0;

protected:
    worker_session() = default;
    worker_session(const worker_session&) = default;
    worker_session& operator=(const worker_session&) = default;
    ~worker_session() = default;
};

} // namespace plug
