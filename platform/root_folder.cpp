#include "platform/root_folder.hpp"

#include <algorithm>
#include <utility>

namespace plug::platform {

namespace {

/// Empty = the root is the system's own.
std::filesystem::path& root_folder() {
    static std::filesystem::path folder;
    return folder;
}

/// `/srv/jail/` and `/srv/jail` are one folder.
std::filesystem::path without_last_slash(const std::filesystem::path& folder) {
    return folder.has_filename() ? folder : folder.parent_path();
}

} // namespace

bool lies_within(const std::filesystem::path& path, const std::filesystem::path& folder) {
    const auto whole = without_last_slash(folder);
    return std::ranges::mismatch(path, whole).in2 == whole.end();
}

void note_root_folder(std::filesystem::path folder) {
    root_folder() = without_last_slash(folder.lexically_normal());
}

std::filesystem::path within_root(const std::filesystem::path& path) {
    const auto& folder = root_folder();
    if (folder.empty()) {
        return path;
    }
    if (!lies_within(path, folder)) {
        return {};
    }
    return "/" / path.lexically_relative(folder);
}

} // namespace plug::platform
