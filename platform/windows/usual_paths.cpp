#include "platform/usual_paths.hpp"

#include <array>

#include <windows.h>

namespace plug::platform {

std::filesystem::path usual_configuration_file() {
    std::array<wchar_t, 512> folder{};
    const DWORD size = ::GetEnvironmentVariableW(L"ProgramData", folder.data(), folder.size());
    const bool is_told = size > 0 && size < folder.size();
    const std::filesystem::path base = is_told ? folder.data() : L"C:\\ProgramData";
    return base / "Plugdaemon" / "plug.toml";
}

} // namespace plug::platform
