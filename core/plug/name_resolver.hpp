// Resolves the names of targets in the background, so that a slow DNS server holds up nobody.
#pragma once

#include "core/monitor/event.hpp"
#include "core/plug/destination.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>

namespace plug {

/// What a lookup came to.
struct lookup_answer {
    destination::endpoints found;
    /// Why there is no address.
    destination::failure failure{};
};

/// Looks a name up, and waits for the answer. Any thread.
using name_lookup = std::function<lookup_answer(const host_port&)>;

/// Asks the system's resolver (getaddrinfo).
[[nodiscard]] lookup_answer ask_system(const host_port& name);

/// Looks names up on threads of its own: one, and one more for each question that has waited
/// `patience` for a thread, while the others wait for servers that do not answer. A lookup cannot
/// be interrupted, so that threads are left behind when they still wait for an answer while the
/// resolver is destroyed. Thread-safe.
class name_resolver {
public:
    using clock = std::chrono::steady_clock;

    /// The fewest milliseconds between two questions about one name.
    static constexpr std::chrono::milliseconds least_interval{1000};
    /// How long a question waits for a thread.
    static constexpr std::chrono::milliseconds patience{1000};
    static constexpr std::size_t most_threads = 32;
    /// The addresses of a name that are used; DNS may name thousands.
    static constexpr std::size_t most_addresses = 64;

    explicit name_resolver(event_sink& events, name_lookup look_up = ask_system);
    ~name_resolver();
    name_resolver(const name_resolver&) = delete;
    name_resolver& operator=(const name_resolver&) = delete;

    /// Asks for the addresses of `wanted` unless that is being done, or was within least_interval.
    /// `plug` names the plug in the event that reports a failure. An address that is not that of
    /// one host, or that the guard of `wanted` refuses, is none.
    void ask(const std::shared_ptr<destination>& wanted, const std::string& plug);

    /// The same, however short ago the name was asked for.
    void ask_again(const std::shared_ptr<destination>& wanted, const std::string& plug);

    /// Waits until every question is answered, at most until `deadline`.
    void wait(clock::time_point deadline);

    /// Waits until every question about `names` is answered, at most until `deadline`. Ends when
    /// `is_stopped`, which is asked again and again, says so.
    void wait_for(std::span<const std::shared_ptr<destination>> names, clock::time_point deadline,
                  const std::function<bool()>& is_stopped);

    /// Nobody waits any more: wait() and wait_for() return at once, now and later.
    void give_up_waiting() noexcept;

    /// Whether a question about `wanted` is still open.
    [[nodiscard]] bool is_asking(const std::shared_ptr<destination>& wanted) const;

private:
    struct shared_state;
    std::shared_ptr<shared_state> state_;
};

} // namespace plug
