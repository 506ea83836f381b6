// Looks at what a configuration will meet on this machine and in its network: the ports that it
// listens on, the names and targets that it connects to, and what the system grants a process.
#pragma once

#include "core/config/configuration.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace plug {

/// What came of looking at one thing.
struct finding {
    enum class verdict {
        good,
        /// It runs, but may fall short.
        doubtful,
        wrong
    };
    verdict judged = verdict::good;
    /// The plug that it is about; empty = the process.
    std::string plug;
    /// The thing itself, such as `listen 8080`.
    std::string what;
    /// One phrase.
    std::string outcome;
};

/// A plug that runs on this machine already, and may be about to go over to the configuration.
struct running_plug {
    /// 0 = there is none.
    std::uint64_t process = 0;
    /// Those it listens on.
    std::vector<listen_address> addresses;
    /// Where nobody knows: one phrase, for what is in use.
    std::string unknown;
};

/// Binds every listener and closes it again, resolves names, connects to every target (through the
/// HTTPS proxy where there is one) and counts what the process may open. One finding for each
/// thing, those of one plug together, the process last. Takes at most about as long as the targets
/// that do not answer have time to. What `running` holds counts as free. `config` must be valid.
[[nodiscard]] std::vector<finding> check_live(const configuration& config,
                                              const running_plug& running = {});

} // namespace plug
