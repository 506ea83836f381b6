#include "platform/windows/event_source.hpp"

namespace plug::platform {

namespace {

std::wstring key_of(const std::wstring& name) {
    return L"SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\" + name;
}

DWORD set_value(HKEY key, const wchar_t* name, DWORD type, const void* value, std::size_t size) {
    return static_cast<DWORD>(::RegSetValueExW(key, name, 0, type, static_cast<const BYTE*>(value),
                                               static_cast<DWORD>(size)));
}

} // namespace

DWORD register_event_source(const std::wstring& name, const std::wstring& program) {
    HKEY key = nullptr;
    LONG error = ::RegCreateKeyExW(HKEY_LOCAL_MACHINE, key_of(name).c_str(), 0, nullptr, 0,
                                   KEY_SET_VALUE, nullptr, &key, nullptr);
    if (error != ERROR_SUCCESS) {
        return static_cast<DWORD>(error);
    }
    const DWORD types = EVENTLOG_ERROR_TYPE | EVENTLOG_WARNING_TYPE | EVENTLOG_INFORMATION_TYPE;
    DWORD failed = set_value(key, L"EventMessageFile", REG_EXPAND_SZ, program.c_str(),
                             (program.size() + 1) * sizeof(wchar_t));
    if (failed == ERROR_SUCCESS) {
        failed = set_value(key, L"TypesSupported", REG_DWORD, &types, sizeof(types));
    }
    ::RegCloseKey(key);
    return failed;
}

DWORD remove_event_source(const std::wstring& name) {
    const LONG error = ::RegDeleteKeyW(HKEY_LOCAL_MACHINE, key_of(name).c_str());
    return error == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : static_cast<DWORD>(error);
}

} // namespace plug::platform
