#include "platform/windows/service_settings.hpp"

#include <string>

namespace plug::platform {

namespace {

/// Sets one thing after the other, up to the first failure.
class settings_writer {
public:
    explicit settings_writer(SC_HANDLE service) : service_(service) {}

    void set(DWORD level, void* value, const std::string& name) {
        if (reply_.what != service_reply::kind::done ||
            ::ChangeServiceConfig2W(service_, level, value) != 0) {
            return;
        }
        const DWORD error = ::GetLastError();
        if (error == ERROR_INVALID_LEVEL || error == ERROR_CALL_NOT_IMPLEMENTED) {
            reply_.text += (reply_.text.empty() ? "this system does not know: " : ", ") + name;
        } else {
            reply_ = failure("set the " + name + " of the service", error);
        }
    }
    [[nodiscard]] const service_reply& reply() const { return reply_; }

private:
    SC_HANDLE service_;
    service_reply reply_;
};

void set_description(settings_writer& writer) {
    wchar_t text[] = L"Plugdaemon: passes TCP connections on to the targets of its plugs, and "
                     L"balances between them.";
    SERVICE_DESCRIPTIONW description{text};
    writer.set(SERVICE_CONFIG_DESCRIPTION, &description, "description");
}

void set_recovery(settings_writer& writer) {
    constexpr DWORD day_s = 24 * 60 * 60;
    SC_ACTION restarts[] = {
        {SC_ACTION_RESTART, 5'000}, {SC_ACTION_RESTART, 15'000}, {SC_ACTION_RESTART, 60'000}};
    SERVICE_FAILURE_ACTIONSW recovery{day_s, nullptr, nullptr, std::size(restarts), restarts};
    writer.set(SERVICE_CONFIG_FAILURE_ACTIONS, &recovery, "recovery");
    // Otherwise a service that says that it failed would not be restarted, only one that crashed.
    SERVICE_FAILURE_ACTIONS_FLAG also_without_crash{TRUE};
    writer.set(SERVICE_CONFIG_FAILURE_ACTIONS_FLAG, &also_without_crash,
               "recovery after a failed start");
}

} // namespace

service_reply set_service_settings(const service_handle& service,
                                   const service_description& wanted) {
    settings_writer writer(service.get());
    set_description(writer);
    set_recovery(writer);
    // Files can be opened for this service alone then: NT SERVICE\NAME.
    SERVICE_SID_INFO identity{SERVICE_SID_TYPE_UNRESTRICTED};
    writer.set(SERVICE_CONFIG_SERVICE_SID_INFO, &identity, "service SID");
    if (wanted.start && *wanted.start != service_start::manual) {
        SERVICE_DELAYED_AUTO_START_INFO delayed{*wanted.start == service_start::delayed};
        writer.set(SERVICE_CONFIG_DELAYED_AUTO_START_INFO, &delayed, "delayed start");
    }
    return writer.reply();
}

} // namespace plug::platform
