// The folder that is the root of the file system for this process, where it has changed it
// (chroot).
#pragma once

#include <filesystem>

namespace plug::platform {

/// Whether `path` is `folder`, or below it, as both are written: absolute, without `..`.
[[nodiscard]] bool lies_within(const std::filesystem::path& path,
                               const std::filesystem::path& folder);

/// Says that `folder`, an absolute path, is the root from here on. Call before any thread exists.
void note_root_folder(std::filesystem::path folder);

/// Where this process finds what operators know as `path`, which is absolute: the same, or what is
/// behind the root folder. Empty, and so no file at all, where that cannot be reached any more.
[[nodiscard]] std::filesystem::path within_root(const std::filesystem::path& path);

} // namespace plug::platform
