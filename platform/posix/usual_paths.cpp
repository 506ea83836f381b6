#include "platform/usual_paths.hpp"

namespace plug::platform {

std::filesystem::path usual_configuration_file() { return "/etc/plugdaemon/plug.toml"; }

} // namespace plug::platform
