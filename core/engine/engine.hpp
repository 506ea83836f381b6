// The engine: runs the plugs of a configuration on worker threads.
#pragma once

#include "core/config/configuration.hpp"
#include "core/config/validate.hpp"
#include "core/engine/bound_address.hpp"
#include "core/engine/counter_snapshot.hpp"
#include "core/engine/explanation.hpp"
#include "core/monitor/event.hpp"
#include "platform/passed_sockets.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace plug {

/// Runs a configuration that validate() has found good, and whose numbers lie within the bounds
/// that stand beside them. Life: open(), run(), drain() and perhaps stop_now(), then the callback
/// says that it has ended; destroy it after that. All functions but the callbacks belong to one
/// thread.
class engine {
public:
    /// `passed` are the sockets that the supervisor has passed. Each is kept until drain(), whether
    /// a listener takes it or not, so that a reload may.
    engine(configuration config, event_sink& events, platform::passed_sockets passed = {});
    ~engine();
    engine(const engine&) = delete;
    engine& operator=(const engine&) = delete;

    /// Binds every listener. All or nothing: on failure nothing is left open. Starts no thread.
    std::optional<start_failure> open();

    /// Resolves names, at most for 5 s and until `is_stopped`, which is asked meanwhile, says so,
    /// and starts the worker threads. `listeners_closed` is called
    /// when the last listener has closed after drain(), `ended` when after that the last session
    /// has ended; both on a worker's thread, or from within drain().
    void run(std::function<void()> listeners_closed, std::function<void()> ended,
             const std::function<bool()>& is_stopped = {});

    /// Goes over to `wanted`, which is as good as the first, while sessions run. All or nothing:
    /// on failure nothing has changed. Resolves every name again, at most for 5 s, or for 1 s where
    /// all of them had an answer before. An address that
    /// is in both configurations stays open; a plug that is equal in both is left alone; another
    /// keeps what is known of the targets and clients that it keeps. Sessions keep what they began
    /// with, but those on a target that is gone meet its plug's on_removed. `threads` and `spin`
    /// stay as they were. Between run() and drain() only.
    std::optional<start_failure> reload(configuration wanted);

    /// A reload waits for names no longer, now and later. Any thread.
    void stop_waiting() noexcept;

    /// Takes no more clients: serves those that are in the accept queues, closes the listeners, and
    /// gives the sessions the grace time. Returns at once.
    void drain();

    /// Ends every session now, by reset. Implies drain(). Returns at once.
    void stop_now();

    /// Calls `all_came_by` on a worker's thread once each worker has come by from its work; never
    /// if one does not. Any thread, from run() on.
    void ask_workers(const std::function<void()>& all_came_by);

    /// Sessions that run at this moment. Any thread.
    [[nodiscard]] std::uint64_t sessions() const noexcept;

    /// What was counted so far. Holds up no worker; any thread, from run() on.
    [[nodiscard]] counter_snapshot totals() const;

    /// What the plug of that name would do with `client`; unset = there is none. Changes nothing.
    /// Any thread, from run() on; does not wait for a reload.
    [[nodiscard]] std::optional<plug_explanation> explain(std::string_view plug,
                                                          const address& client) const;

    /// The plugs that listen, in the order of the configuration. Any thread, likewise.
    [[nodiscard]] std::vector<std::string> plug_names() const;

    /// The listeners' addresses as bound, in the order of the configuration. Any thread, likewise.
    [[nodiscard]] std::vector<listener_label> listeners() const;

private:
    void wait_for_workers();

    struct implementation;
    std::unique_ptr<implementation> implementation_;
};

} // namespace plug
