// What every system does alike; making and removing the file stand in posix/ and windows/.
#include "platform/pid_file.hpp"

#include <utility>

namespace plug::platform {

pid_file::pid_file(std::filesystem::path path, int descriptor) noexcept
    : path_(std::move(path)), descriptor_(descriptor) {}

pid_file::pid_file(pid_file&& other) noexcept
    : path_(std::move(other.path_)), descriptor_(std::exchange(other.descriptor_, -1)) {}

pid_file& pid_file::operator=(pid_file&& other) noexcept {
    if (this != &other) {
        release();
        path_ = std::move(other.path_);
        descriptor_ = std::exchange(other.descriptor_, -1);
    }
    return *this;
}

pid_file::~pid_file() { release(); }

} // namespace plug::platform
