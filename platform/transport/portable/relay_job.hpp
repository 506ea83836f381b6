// The state of one relay of the portable body, and how a relay comes to its end.
#pragma once

#include "platform/transport/portable/states.hpp"

#include <cstdint>
#include <optional>
#include <utility>

namespace plug::platform {

/// The state of one relay, shared by its two directions. Gone with the last `relay_part` of it.
struct relay_job {
    connection& client_handle;
    connection& target_handle;
    relay_stats& stats;
    relay_options options;
    relay_observer& observer;
    connection::state& client = *client_handle.self();
    connection::state& target = *target_handle.self();
    std::weak_ptr<char> network_life = client.net.life;

    int parts = 0;
    bool delivers_last_bytes = false;
    relay_result result{};
    bool ended_once = false; // result.first is known
    bool failed = false;
    bool aborted = false;
    bool client_spoke_last = false;
    /// While the last bytes are delivered: who receives them, when their progress is looked at
    /// next, how many had arrived then, and when that takes too long.
    side receiver = side::client;
    std::optional<deadline_entry> flush{};
    std::uint64_t delivered = 0;
    clock::time_point flush_until{};
    bool flush_is_over = false;

    [[nodiscard]] connection::state& at(side which) const {
        return which == side::client ? client : target;
    }
    [[nodiscard]] bool over_after_failure_of(side which) const {
        return aborted || (failed && result.first == which);
    }

    void interrupt_both() {
        client.interrupt();
        target.interrupt();
    }
    void note_end(side whose);
    void fail(side whose, const error_code& error);
    void pass_on_end(side whose);
    void begin_flush(side of);
    void watch_flush();
    void abort(error_code why = asio::error::operation_aborted) noexcept;
    void part_is_over() noexcept;
    void end() noexcept;
};

/// What a coroutine of the relay holds while it runs. One that is destroyed before its end, as it
/// could get no memory, aborts the relay.
class relay_part {
public:
    explicit relay_part(relay_job& shared) noexcept : shared_(&shared) { ++shared.parts; }
    relay_part(relay_part&& other) noexcept
        : shared_(std::exchange(other.shared_, nullptr)), ended_(other.ended_) {}
    relay_part& operator=(relay_part&&) = delete;
    ~relay_part() {
        if (shared_ == nullptr) {
            return;
        }
        if (!ended_ && !shared_->network_life.expired()) {
            shared_->abort(make_error_code(boost::system::errc::not_enough_memory));
        }
        shared_->part_is_over();
    }

    void ends_in_order() noexcept { ended_ = true; }
    [[nodiscard]] relay_job& shared() const noexcept { return *shared_; }

private:
    relay_job* shared_;
    bool ended_ = false;
};

[[nodiscard]] inline side other(side which) {
    return which == side::client ? side::target : side::client;
}

/// Starts a coroutine of a relay. Where it cannot be begun, or breaks off, its part has said so;
/// the worker's loop then tells of what has escaped.
void begin_story(asio::io_context& context, task<void> story) noexcept;

} // namespace plug::platform
