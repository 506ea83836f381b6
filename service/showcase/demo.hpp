// `plug demo`: one plug and three small HTTP targets in one process, to see what plug does.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace plug {

struct demo_options {
    /// 0 = any free one.
    std::uint16_t port = 8080;
    /// Ends by itself after this time; unset = on Ctrl-C.
    std::optional<std::chrono::seconds> seconds;
};

/// Runs the demo until Ctrl-C, or for the time that `options` gives. Returns the exit code: 0; 1
/// when a request of its own got no answer; 69 when the port is in use; 71 or 77 when something
/// else cannot be opened.
int run_demo(const demo_options& options);

} // namespace plug
