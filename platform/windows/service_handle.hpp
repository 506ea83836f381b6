// The service manager's handles, and what its errors mean for whoever asked.
#pragma once

#include "platform/service_control.hpp"
#include "platform/windows/system_message.hpp"

#include <string>

#include <windows.h>

namespace plug::platform {

/// A handle of the service manager that closes with its owner.
class service_handle {
public:
    explicit service_handle(SC_HANDLE opened) noexcept : handle_(opened) {}
    service_handle(const service_handle&) = delete;
    service_handle& operator=(const service_handle&) = delete;
    ~service_handle() {
        if (handle_ != nullptr) {
            ::CloseServiceHandle(handle_);
        }
    }
    [[nodiscard]] explicit operator bool() const noexcept { return handle_ != nullptr; }
    [[nodiscard]] SC_HANDLE get() const noexcept { return handle_; }

private:
    SC_HANDLE handle_;
};

/// The reply where `action` failed with `error`.
inline service_reply failure(const std::string& action, DWORD error) {
    if (error == ERROR_ACCESS_DENIED) {
        return {service_reply::kind::no_permission,
                "cannot " + action +
                    ": only an administrator may; open the console by Run as "
                    "administrator"};
    }
    return {service_reply::kind::failed, "cannot " + action + ": " + message_of(error)};
}

} // namespace plug::platform
