// What the event loop keeps for a suspended coroutine: its place among those that wait or are
// ready, and its deadline.
#pragma once

#include "platform/transport/transport.hpp"

#include <boost/intrusive/list.hpp>
#include <boost/intrusive/set.hpp>

namespace plug::platform {

using queue_hook =
    boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;
using deadline_hook =
    boost::intrusive::set_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>,
                                    boost::intrusive::optimize_size<true>>;

/// Takes itself off every list when it is destroyed.
class scheduled : public queue_hook, public deadline_hook {
public:
    /// Its turn has come, after make_ready().
    virtual void on_turn() = 0;
    /// Its deadline has passed; the deadline is no longer set.
    virtual void on_deadline() = 0;
    /// The loop ends and will never call again.
    virtual void on_abandoned() = 0;

    [[nodiscard]] clock::time_point deadline() const noexcept { return deadline_; }

protected:
    scheduled() = default;
    ~scheduled() = default;

private:
    friend class deadline_list;
    clock::time_point deadline_ = never;
};

using scheduled_list =
    boost::intrusive::list<scheduled, boost::intrusive::constant_time_size<false>>;

} // namespace plug::platform
