// Resolves the names of targets in the background, so that a slow DNS server holds up nobody.
#pragma once

#include "core/monitor/event.hpp"
#include "core/session/destination.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace plug {

/// Asks the system's resolver (getaddrinfo) on a thread of its own, one name after the other.
/// getaddrinfo cannot be interrupted, so the thread is left behind when it still waits for an
/// answer while the resolver is destroyed. Thread-safe.
class name_resolver {
public:
    /// The fewest milliseconds between two questions about one name.
    static constexpr std::chrono::milliseconds least_interval{1000};

    explicit name_resolver(event_sink& events);
    ~name_resolver();
    name_resolver(const name_resolver&) = delete;
    name_resolver& operator=(const name_resolver&) = delete;

    using condition = std::function<bool(const destination::endpoint&)>;

    /// Asks for the addresses of `wanted` unless that was done just now. `plug` names the plug in
    /// the event that reports a failure. An address that `leads_back` to the plug itself is none;
    /// called on the resolver's thread.
    void ask(std::shared_ptr<destination> wanted, std::string plug, condition leads_back = {});

    /// Waits until every question is answered, at most until `deadline`.
    void wait(std::chrono::steady_clock::time_point deadline);

    /// Whether a question about `wanted` is still open.
    [[nodiscard]] bool is_asking(const std::shared_ptr<destination>& wanted) const;

private:
    struct shared_state;
    std::shared_ptr<shared_state> state_;
};

} // namespace plug
