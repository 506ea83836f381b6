// The pid file: says which process runs, and keeps a second one from starting on the same file.
#pragma once

#include "platform/privileges.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace plug::platform {

/// A locked file that holds this process's id while the object lives.
class pid_file {
public:
    /// Opens, locks without waiting, and writes the pid of the calling process. Refused are a
    /// symbolic link, a file that is neither root's nor of this process's user nor of `who`, whom
    /// it will become, and, by root, one that others may replace (why_untrusted()). On failure
    /// gives nothing and sets `why` to one line that names the path.
    static std::optional<pid_file> create(const std::filesystem::path& path, std::string& why,
                                          const std::optional<account>& who = std::nullopt);

    pid_file(pid_file&& other) noexcept;
    pid_file& operator=(pid_file&& other) noexcept;
    ~pid_file();

    /// Removes the file, if it is still the one that was made, or empties it where it cannot be
    /// removed, and gives up the lock.
    void release() noexcept;

private:
    pid_file(std::filesystem::path path, int descriptor) noexcept;
    std::filesystem::path path_;
    int descriptor_ = -1;
};

} // namespace plug::platform
