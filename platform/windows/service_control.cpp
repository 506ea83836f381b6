#include "platform/service_control.hpp"

#include "platform/windows/event_source.hpp"
#include "platform/windows/quoted_words.hpp"
#include "platform/windows/service_handle.hpp"
#include "platform/windows/service_settings.hpp"
#include "platform/windows/text.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <thread>

#include <windows.h>

namespace plug::platform {

namespace {

service_handle open_manager(DWORD access) {
    return service_handle(::OpenSCManagerW(nullptr, nullptr, access));
}

/// Opens the service `name` and does `act` with it.
service_reply with_service(const std::string& name, DWORD access,
                           const std::function<service_reply(const service_handle&)>& act) {
    const auto manager = open_manager(SC_MANAGER_CONNECT);
    if (!manager) {
        return failure("open the service manager", ::GetLastError());
    }
    const service_handle opened(::OpenServiceW(manager.get(), to_wide(name).c_str(), access));
    return opened ? act(opened) : failure("open the service " + name, ::GetLastError());
}

std::wstring program_path() {
    std::wstring path(32'768, L'\0'); // no path is longer
    path.resize(::GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size())));
    return path;
}

std::wstring image_path(const std::vector<std::string>& arguments) {
    std::vector<std::wstring> words;
    std::ranges::transform(arguments, std::back_inserter(words), to_wide);
    return command_line(program_path(), words);
}

DWORD start_type(service_start start) {
    return start == service_start::manual ? SERVICE_DEMAND_START : SERVICE_AUTO_START;
}

SC_HANDLE create(const service_handle& manager, const service_description& wanted,
                 const std::wstring& account) {
    const auto name = to_wide(wanted.name);
    const auto shown = L"Plugdaemon (" + name + L")";
    const auto start = start_type(wanted.start.value_or(service_start::automatic));
    return ::CreateServiceW(
        manager.get(), name.c_str(), shown.c_str(), SERVICE_CHANGE_CONFIG | SERVICE_START | DELETE,
        SERVICE_WIN32_OWN_PROCESS, start, SERVICE_ERROR_NORMAL,
        image_path(wanted.arguments).c_str(), nullptr, nullptr, nullptr, account.c_str(), nullptr);
}

/// The account is one of the service's own, or where the system cannot make such, a small one.
SC_HANDLE create(const service_handle& manager, const service_description& wanted) {
    if (wanted.account) {
        return create(manager, wanted, to_wide(*wanted.account));
    }
    const SC_HANDLE made = create(manager, wanted, L"NT SERVICE\\" + to_wide(wanted.name));
    return made != nullptr || ::GetLastError() != ERROR_INVALID_SERVICE_ACCOUNT
               ? made
               : create(manager, wanted, L"NT AUTHORITY\\LocalService");
}

/// Whether the command line of the service is one that install_service() or an installer wrote.
bool is_ours(const service_handle& service) {
    DWORD size = 0;
    ::QueryServiceConfigW(service.get(), nullptr, 0, &size);
    std::vector<std::byte> room(size);
    auto* const found = reinterpret_cast<QUERY_SERVICE_CONFIGW*>(room.data());
    return size > 0 && ::QueryServiceConfigW(service.get(), found, size, &size) != 0 &&
           std::wstring_view(found->lpBinaryPathName).find(L" service run ") !=
               std::wstring_view::npos;
}

service_reply not_ours(const std::string& name) {
    return {service_reply::kind::failed, "the service " + name + " is none of plug"};
}

SERVICE_STATUS_PROCESS status_of(const service_handle& service) {
    SERVICE_STATUS_PROCESS status{};
    DWORD size = 0;
    ::QueryServiceStatusEx(service.get(), SC_STATUS_PROCESS_INFO, reinterpret_cast<BYTE*>(&status),
                           sizeof(status), &size);
    return status;
}

/// Waits until the service is in another state than `pending`, or has not told of any progress for
/// as long as it wanted itself, and some seconds more.
SERVICE_STATUS_PROCESS wait_while(const service_handle& service, DWORD pending) {
    using namespace std::chrono_literals;
    using clock = std::chrono::steady_clock;
    auto progress = clock::now();
    auto status = status_of(service);
    for (DWORD seen = status.dwCheckPoint; status.dwCurrentState == pending;
         status = status_of(service)) {
        if (status.dwCheckPoint != seen) {
            seen = status.dwCheckPoint;
            progress = clock::now();
        }
        if (clock::now() - progress > std::chrono::milliseconds(status.dwWaitHint) + 10s) {
            break;
        }
        std::this_thread::sleep_for(50ms);
    }
    return status;
}

int exit_code_of(const SERVICE_STATUS_PROCESS& status) {
    if (status.dwWin32ExitCode == ERROR_SERVICE_NEVER_STARTED) {
        return 0;
    }
    return static_cast<int>(status.dwWin32ExitCode == ERROR_SERVICE_SPECIFIC_ERROR
                                ? status.dwServiceSpecificExitCode
                                : status.dwWin32ExitCode);
}

service_reply start(const service_handle& service, const std::string& name) {
    if (::StartServiceW(service.get(), 0, nullptr) == 0 &&
        ::GetLastError() != ERROR_SERVICE_ALREADY_RUNNING) {
        return failure("start the service " + name, ::GetLastError());
    }
    const auto status = wait_while(service, SERVICE_START_PENDING);
    if (status.dwCurrentState == SERVICE_RUNNING) {
        return {};
    }
    const auto code = exit_code_of(status);
    return {service_reply::kind::failed,
            "the service " + name + " did not start" +
                (code == 0 ? "" : ": it ended with exit code " + std::to_string(code)) +
                "; the event log (Application, source " + name + ") tells why"};
}

service_reply stop(const service_handle& service, const std::string& name) {
    wait_while(service, SERVICE_START_PENDING);
    SERVICE_STATUS ignored{};
    if (::ControlService(service.get(), SERVICE_CONTROL_STOP, &ignored) == 0) {
        const DWORD error = ::GetLastError();
        if (error == ERROR_SERVICE_NOT_ACTIVE) {
            return {};
        }
        if (error != ERROR_SERVICE_CANNOT_ACCEPT_CTRL) { // it stops already
            return failure("stop the service " + name, error);
        }
    }
    wait_while(service, SERVICE_RUNNING);
    if (wait_while(service, SERVICE_STOP_PENDING).dwCurrentState == SERVICE_STOPPED) {
        return {};
    }
    return {service_reply::kind::failed, "the service " + name + " does not stop"};
}

service_state state_of(DWORD state) {
    switch (state) {
    case SERVICE_STOPPED:
        return service_state::stopped;
    case SERVICE_START_PENDING:
        return service_state::starting;
    case SERVICE_RUNNING:
        return service_state::running;
    case SERVICE_STOP_PENDING:
        return service_state::stopping;
    default:
        return service_state::other;
    }
}

service_reply change(const service_handle& service, const service_description& wanted) {
    if (!is_ours(service)) {
        return not_ours(wanted.name);
    }
    const auto path = image_path(wanted.arguments);
    const auto account = to_wide(wanted.account.value_or(""));
    const bool changed =
        ::ChangeServiceConfigW(service.get(), SERVICE_NO_CHANGE,
                               wanted.start ? start_type(*wanted.start) : SERVICE_NO_CHANGE,
                               SERVICE_NO_CHANGE, wanted.arguments.empty() ? nullptr : path.c_str(),
                               nullptr, nullptr, nullptr,
                               wanted.account ? account.c_str() : nullptr, nullptr, nullptr) != 0;
    if (!changed) {
        return failure("change the service " + wanted.name, ::GetLastError());
    }
    if (const DWORD error = register_event_source(to_wide(wanted.name), program_path())) {
        return failure("register the event source " + wanted.name, error);
    }
    return set_service_settings(service, wanted);
}

service_reply remove(const service_handle& service, const std::string& name) {
    if (!is_ours(service)) {
        return not_ours(name);
    }
    if (auto stopped = stop(service, name); stopped.what != service_reply::kind::done) {
        return stopped;
    }
    if (::DeleteService(service.get()) == 0) {
        return failure("remove the service " + name, ::GetLastError());
    }
    const DWORD error = remove_event_source(to_wide(name));
    return error == 0 ? service_reply{} : failure("remove the event source " + name, error);
}

} // namespace

service_reply install_service(const service_description& wanted) {
    const auto manager = open_manager(SC_MANAGER_CONNECT | SC_MANAGER_CREATE_SERVICE);
    if (!manager) {
        return failure("open the service manager", ::GetLastError());
    }
    const service_handle made(create(manager, wanted));
    if (!made) {
        return failure("install the service " + wanted.name, ::GetLastError());
    }
    const DWORD error = register_event_source(to_wide(wanted.name), program_path());
    auto reply = error == 0 ? set_service_settings(made, wanted)
                            : failure("register the event source " + wanted.name, error);
    if (reply.what != service_reply::kind::done) { // all of it or nothing
        ::DeleteService(made.get());
        remove_event_source(to_wide(wanted.name));
    }
    return reply;
}

service_reply configure_service(const service_description& wanted) {
    return with_service(wanted.name, SERVICE_QUERY_CONFIG | SERVICE_CHANGE_CONFIG | SERVICE_START,
                        [&](const service_handle& service) { return change(service, wanted); });
}

service_reply uninstall_service(const std::string& name) {
    return with_service(name, SERVICE_QUERY_CONFIG | SERVICE_QUERY_STATUS | SERVICE_STOP | DELETE,
                        [&](const service_handle& service) { return remove(service, name); });
}

service_reply start_service(const std::string& name) {
    return with_service(name, SERVICE_START | SERVICE_QUERY_STATUS,
                        [&](const service_handle& service) { return start(service, name); });
}

service_reply stop_service(const std::string& name) {
    return with_service(name, SERVICE_STOP | SERVICE_QUERY_STATUS,
                        [&](const service_handle& service) { return stop(service, name); });
}

service_reply query_service(const std::string& name, service_status& status) {
    return with_service(name, SERVICE_QUERY_STATUS, [&](const service_handle& service) {
        const auto found = status_of(service);
        status = {state_of(found.dwCurrentState), found.dwProcessId, exit_code_of(found)};
        return service_reply{};
    });
}

} // namespace plug::platform
