// Who else may change what stands at a path: a process of root relies on nothing that others could
// have put there.
#pragma once

#include <string>

#include <sys/types.h>

namespace plug::platform {

/// `user mallory (1000)`.
[[nodiscard]] std::string user_text(uid_t user);

/// open(2). Root follows no symbolic link that stands in a folder which others may change, sticky
/// or not, on the whole way to the file, and opens no regular file there that has a second name:
/// ELOOP and EMLINK.
int open_carefully(const char* path, int flags, mode_t mode = 0) noexcept;

} // namespace plug::platform
