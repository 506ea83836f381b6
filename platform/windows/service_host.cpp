#include "platform/windows/service_host.hpp"

#include "platform/service_control.hpp"
#include "platform/windows/request_box.hpp"
#include "platform/windows/system_message.hpp"
#include "platform/windows/text.hpp"

#include <chrono>
#include <cstdlib>

#include <boost/asio/steady_timer.hpp>

#include <windows.h>

namespace plug::platform {

namespace {

/// How long the service manager waits for the next checkpoint before it takes the service for dead.
constexpr DWORD start_patience_ms = 30'000;
constexpr DWORD stop_patience_ms = 10'000;
constexpr std::chrono::seconds between_checkpoints{1};

/// The one service that this process is.
struct service {
    std::wstring name;
    std::function<int()> body;
    SERVICE_STATUS_HANDLE handle = nullptr;
    SERVICE_STATUS status{};
    request_box requests;
    int exit_code = EXIT_FAILURE;
};

service*& current() {
    static service* one = nullptr;
    return one;
}

/// Tells the service manager `state`; with the state that it knows already, the next checkpoint.
void report(service& here, DWORD state, DWORD patience_ms = 0) {
    SERVICE_STATUS& status = here.status;
    status.dwServiceType = SERVICE_WIN32_OWN_PROCESS;
    status.dwCheckPoint = patience_ms == 0 ? 0 : status.dwCheckPoint + 1;
    status.dwCurrentState = state;
    status.dwWaitHint = patience_ms;
    status.dwControlsAccepted =
        state == SERVICE_RUNNING
            ? SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_SHUTDOWN | SERVICE_ACCEPT_PARAMCHANGE
            : 0;
    ::SetServiceStatus(here.handle, &status);
}

void report_end(service& here) {
    if (here.exit_code != 0) {
        // Only this makes the service manager take it for a failure, and restart the service.
        here.status.dwWin32ExitCode = ERROR_SERVICE_SPECIFIC_ERROR;
        here.status.dwServiceSpecificExitCode = static_cast<DWORD>(here.exit_code);
    }
    report(here, SERVICE_STOPPED);
}

/// Runs on a thread of the service manager: it posts, and nothing else.
DWORD WINAPI take_control(DWORD control, DWORD, void*, void* context) {
    auto& here = *static_cast<service*>(context);
    switch (control) {
    case SERVICE_CONTROL_STOP:
    case SERVICE_CONTROL_SHUTDOWN:
        here.requests.post([&here](host_loop& loop, const hosted_program& program) {
            report(here, SERVICE_STOP_PENDING, stop_patience_ms);
            request_stop(loop, program);
        });
        return NO_ERROR;
    case SERVICE_CONTROL_PARAMCHANGE:
        here.requests.post([](host_loop&, const hosted_program& program) { program.reload(); });
        return NO_ERROR;
    case SERVICE_CONTROL_INTERROGATE:
        return NO_ERROR;
    default:
        return ERROR_CALL_NOT_IMPLEMENTED;
    }
}

void WINAPI service_main(DWORD, wchar_t**) {
    service& here = *current();
    here.handle = ::RegisterServiceCtrlHandlerExW(here.name.c_str(), &take_control, &here);
    if (here.handle == nullptr) {
        return;
    }
    report(here, SERVICE_START_PENDING, start_patience_ms);
    try {
        here.exit_code = here.body();
    } catch (const std::exception&) {
        here.exit_code = EXIT_FAILURE;
    }
    report_end(here);
}

/// Tells the service manager once a second, while sessions drain, that the service is alive.
void keep_reporting(service& here, boost::asio::steady_timer& timer) {
    timer.expires_after(between_checkpoints);
    timer.async_wait([&here, &timer](const boost::system::error_code& error) {
        if (error) {
            return;
        }
        if (here.status.dwCurrentState == SERVICE_STOP_PENDING) {
            report(here, SERVICE_STOP_PENDING, stop_patience_ms);
        }
        keep_reporting(here, timer);
    });
}

} // namespace

bool is_service() noexcept { return current() != nullptr; }

int run_as_service(const hosted_program& program, const host_options& options) {
    service& here = *current();
    report(here, SERVICE_START_PENDING, start_patience_ms);
    const auto loop = std::make_shared<host_loop>();
    const outcome started = start_program(program, loop, options.failure_exit_code);
    if (started.exit_code != 0) {
        return started.exit_code; // the program has written its reason to the log
    }
    here.requests.open(loop, program);
    report(here, SERVICE_RUNNING);
    boost::asio::steady_timer timer(loop->context);
    keep_reporting(here, timer);
    loop->context.run();
    here.requests.close();
    // Its last words are still to be written.
    report(here, SERVICE_STOP_PENDING, stop_patience_ms);
    return loop->exit_code;
}

service_reply run_service(const std::string& name, const std::function<int()>& body) {
    service here;
    here.name = to_wide(name);
    here.body = body;
    current() = &here;
    SERVICE_TABLE_ENTRYW table[] = {{here.name.data(), &service_main}, {nullptr, nullptr}};
    const bool connected = ::StartServiceCtrlDispatcherW(table) != 0;
    const DWORD error = ::GetLastError();
    current() = nullptr;
    if (connected) {
        return {};
    }
    if (error == ERROR_FAILED_SERVICE_CONTROLLER_CONNECT) {
        return {service_reply::kind::unsupported,
                "only the service manager runs this; for a console write plug run"};
    }
    return {service_reply::kind::failed, "connect to the service manager: " + message_of(error)};
}

} // namespace plug::platform
