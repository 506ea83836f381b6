// Where the program looks for its files when nobody tells it.
#pragma once

#include <filesystem>

namespace plug::platform {

/// The configuration file of this machine: /etc/plugdaemon/plug.toml, on Windows
/// %ProgramData%\Plugdaemon\plug.toml.
[[nodiscard]] std::filesystem::path usual_configuration_file();

} // namespace plug::platform
