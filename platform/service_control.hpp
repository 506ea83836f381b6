// The service manager of the system, which runs programs in the background and restarts them: that
// of Windows. Elsewhere every request is refused with a reason.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace plug::platform {

/// When the service manager starts a service.
enum class service_start {
    /// With the system.
    automatic,
    /// Some minutes after the system.
    delayed,
    manual
};

/// A service as it is to be.
struct service_description {
    std::string name;
    /// The words behind the program, which is always this one; empty = as they are.
    std::vector<std::string> arguments;
    /// Unset = as it is, and automatic for a new one.
    std::optional<service_start> start;
    /// Unset = as it is, and one of its own for a new service, without any rights but those of
    /// users.
    std::optional<std::string> account;
};

/// What came of a request to the service manager.
struct service_reply {
    enum class kind {
        done,
        /// This process may not.
        no_permission,
        /// There is no service manager here.
        unsupported,
        failed
    };
    kind what = kind::done;
    /// Why not; or, where it was done, what the system could not do of it ("" = nothing).
    std::string text;
};

enum class service_state { stopped, starting, running, stopping, other, unknown };

struct service_status {
    service_state state = service_state::unknown;
    /// 0 = it does not run.
    std::uint64_t process = 0;
    /// What plug ended with last, where the service has stopped because of that.
    int exit_code = 0;
};

/// Registers a new service with its description, its restarts after failures (after 5, 15 and 60
/// seconds, counted anew each day), and its source of the event log.
service_reply install_service(const service_description& wanted);

/// Changes a service that is there; what install_service() sets beside is set again.
service_reply configure_service(const service_description& wanted);

/// Stops the service and removes it with its source of the event log.
service_reply uninstall_service(const std::string& name);

/// Starts the service and waits until it runs. Where it ends instead, the reply tells its exit
/// code.
service_reply start_service(const std::string& name);

/// Asks the service to stop and waits until its last session has ended. One that does not run is
/// left alone.
service_reply stop_service(const std::string& name);

/// Fills `status`.
service_reply query_service(const std::string& name, service_status& status);

/// Tells the service manager that this process is the service `name`, and runs `body` on a thread
/// of its own; run_hosted() within it reports the states. A result other than 0 ends the service as
/// failed, with that as its own code. Returns when the service has ended; not done where no service
/// manager started this process.
service_reply run_service(const std::string& name, const std::function<int()>& body);

} // namespace plug::platform
