// Asks Windows what plug itself does not tell, for service_test.py. Each word line prints one line:
//   service_helper paramchange NAME     sends the control that makes a service reopen its logs
//   service_helper image NAME           the command line of a service
//   service_helper config NAME          its start type and account
//   service_helper message FILE ID      the text of the event log for ID, with %1 as DETAIL
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <windows.h>

namespace {

int fail(const char* what) {
    std::fprintf(stderr, "service_helper: %s: error %lu\n", what, ::GetLastError());
    return 1;
}

int send_paramchange(const char* name) {
    SC_HANDLE manager = ::OpenSCManagerA(nullptr, nullptr, SC_MANAGER_CONNECT);
    SC_HANDLE service = ::OpenServiceA(manager, name, SERVICE_PAUSE_CONTINUE);
    SERVICE_STATUS status{};
    if (::ControlService(service, SERVICE_CONTROL_PARAMCHANGE, &status) == 0) {
        return fail("ControlService");
    }
    std::puts("sent");
    return 0;
}

int show_service(const char* name, bool image) {
    SC_HANDLE manager = ::OpenSCManagerA(nullptr, nullptr, SC_MANAGER_CONNECT);
    SC_HANDLE service = ::OpenServiceA(manager, name, SERVICE_QUERY_CONFIG);
    std::vector<char> room(8192);
    auto* const found = reinterpret_cast<QUERY_SERVICE_CONFIGA*>(room.data());
    DWORD size = 0;
    if (::QueryServiceConfigA(service, found, static_cast<DWORD>(room.size()), &size) == 0) {
        return fail("QueryServiceConfig");
    }
    if (image) {
        std::puts(found->lpBinaryPathName);
    } else {
        std::printf("%lu %s\n", found->dwStartType, found->lpServiceStartName);
    }
    return 0;
}

int show_message(const char* file, const char* id) {
    HMODULE module = ::LoadLibraryExA(file, nullptr, LOAD_LIBRARY_AS_DATAFILE);
    if (module == nullptr) {
        return fail("LoadLibraryEx");
    }
    const char* strings[] = {"DETAIL"};
    char text[1024] = {};
    const DWORD length =
        ::FormatMessageA(FORMAT_MESSAGE_FROM_HMODULE | FORMAT_MESSAGE_ARGUMENT_ARRAY, module,
                         static_cast<DWORD>(std::strtoul(id, nullptr, 10)), 0, text, sizeof(text),
                         reinterpret_cast<va_list*>(const_cast<char**>(strings)));
    if (length == 0) {
        return fail("FormatMessage");
    }
    std::printf("%s", text);
    return 0;
}

} // namespace

int main(int count, char** words) {
    const std::string what = count > 2 ? words[1] : "";
    if (what == "paramchange") {
        return send_paramchange(words[2]);
    }
    if (what == "image" || what == "config") {
        return show_service(words[2], what == "image");
    }
    if (what == "message" && count == 4) {
        return show_message(words[2], words[3]);
    }
    std::fputs("usage: service_helper paramchange|image|config NAME | message FILE ID\n", stderr);
    return 64;
}
