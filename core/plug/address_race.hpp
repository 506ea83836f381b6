// Connects to one of several addresses: they are tried one after the other, and none is given up
// before another one has answered (RFC 8305, 5).
#pragma once

#include "platform/suspension.hpp"
#include "platform/transport/transport.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace plug {

class address_race;

/// Names a race to whoever may have to end it, for as long as it runs.
class race_slot {
public:
    /// Ends the race soon, if there is one.
    void cancel() noexcept;

private:
    friend class address_race;
    address_race* running_ = nullptr;
};

/// One address to try.
struct contender {
    platform::endpoint target;
    platform::connect_options options;
};

/// Belongs to one worker. A failure starts the next attempt at once, silence after attempt_delay.
class address_race : public std::enable_shared_from_this<address_race> {
public:
    /// RFC 8305, 8: the Connection Attempt Delay.
    static constexpr std::chrono::milliseconds attempt_delay{250};

    /// `home` is the executor of the coroutine that runs the race. What is not answered by
    /// `deadline` has failed. `all` holds one contender at least.
    address_race(platform::executor home, platform::network& network, std::vector<contender> all,
                 platform::clock::time_point deadline);

    /// Connects `made` to the first that answers, and closes what was begun with the others. A
    /// failure is that of the last attempt that says something about its address; operation_aborted
    /// where slot.cancel() was called.
    static platform::task<platform::error_code> run(std::shared_ptr<address_race> self,
                                                    platform::connection& made, race_slot& slot);

private:
    friend class race_slot;

    /// Held by each coroutine of the race. Where the last one is destroyed and not run to its end,
    /// the network is gone, and nobody else would free the one that waits for the end.
    class ticket {
    public:
        explicit ticket(std::shared_ptr<address_race> race) noexcept : race_(std::move(race)) {
            ++race_->tickets_;
        }
        ticket(ticket&&) noexcept = default;
        ticket& operator=(ticket&&) = delete;
        ~ticket();
        address_race* operator->() const noexcept { return race_.get(); }

    private:
        std::shared_ptr<address_race> race_;
    };

    static platform::task<void> try_one(ticket race, std::size_t index);
    static platform::task<void> wait_for_turn(ticket race, std::size_t index);
    void start_next();
    void start_waiting();
    void attempt_failed(const platform::error_code& error);
    void won(platform::connection made);
    void end(const platform::error_code& error);
    void cancel() noexcept;
    void cancel_attempts() noexcept;

    const platform::executor home_;
    platform::network& network_;
    const std::vector<contender> all_;
    const platform::clock::time_point deadline_;
    std::vector<platform::connection*> attempts_; // those that wait for an answer
    std::size_t next_ = 0;                        // of all_
    std::size_t running_ = 0;
    std::size_t tickets_ = 0;
    bool cancelled_ = false;
    bool over_ = false;
    platform::error_code error_;
    platform::connection winner_;
    platform::suspension waiting_;
};

} // namespace plug
