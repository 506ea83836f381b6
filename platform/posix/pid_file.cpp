#include "platform/pid_file.hpp"
#include "platform/posix/ownership.hpp"
#include "platform/root_folder.hpp"

#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace plug::platform {

namespace {

constexpr int open_flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
constexpr mode_t file_mode = 0644;

/// Whether `path` itself (and no link) still names the file that `descriptor` has open.
bool names(const std::filesystem::path& path, int descriptor) noexcept {
    struct stat named {};
    struct stat opened {};
    return ::lstat(path.c_str(), &named) == 0 && ::fstat(descriptor, &opened) == 0 &&
           named.st_dev == opened.st_dev && named.st_ino == opened.st_ino;
}

std::string why_not_opened(const std::filesystem::path& path, int error) {
    const std::string start = "pid file " + path.string() + ": ";
    if (error == ELOOP || error == EMLINK) {
        return start + "is a symbolic link, which is never followed";
    }
    if (error == ENOENT || error == ENOTDIR) {
        return start + "the directory " + path.parent_path().string() + " does not exist";
    }
    return start + std::generic_category().message(error);
}

std::string why_held(const std::filesystem::path& path, int descriptor) {
    std::array<char, 32> text{};
    const ssize_t count = ::pread(descriptor, text.data(), text.size(), 0);
    const std::string_view read(text.data(), count > 0 ? static_cast<std::size_t>(count) : 0);
    const auto digits = read.substr(0, read.find_first_not_of("0123456789"));
    return "pid file " + path.string() + ": held by " +
           (digits.empty() ? "another process" : "process " + std::string(digits)) +
           ", which is running";
}

/// A file that is a pipe, a device, known under a second name or somebody else's is not ours to
/// overwrite: its owner could write another number there, and so have root end any process.
std::string why_unfit(const std::filesystem::path& path, int descriptor,
                      const std::optional<account>& who) {
    struct stat opened {};
    if (::fstat(descriptor, &opened) != 0) {
        return why_not_opened(path, errno);
    }
    if (!S_ISREG(opened.st_mode)) {
        return "pid file " + path.string() + ": is not a regular file";
    }
    if (opened.st_nlink > 1) {
        return "pid file " + path.string() + ": has more than one name (hard links)";
    }
    if (opened.st_uid != 0 && opened.st_uid != ::geteuid() &&
        !(who && opened.st_uid == who->user)) {
        return "pid file " + path.string() + ": belongs to " + user_text(opened.st_uid) +
               ", who could have it name any process; remove it, or name another path";
    }
    return {};
}

enum class lock_result { locked, again, failed };

/// One attempt to lock. `again` = the file was replaced between opening and locking.
lock_result try_lock(const std::filesystem::path& path, int descriptor, std::string& why) {
    if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        const int error = errno;
        if (!names(path, descriptor) || error == EINTR) {
            return lock_result::again;
        }
        why = error == EWOULDBLOCK ? why_held(path, descriptor) : why_not_opened(path, error);
        return lock_result::failed;
    }
    return names(path, descriptor) ? lock_result::locked : lock_result::again;
}

/// Opens and locks the file that `path` names; negative = `why` says why not.
int open_locked(const std::filesystem::path& path, std::string& why,
                const std::optional<account>& who) {
    for (int round = 0; round < 100; ++round) {
        const int descriptor = ::open(path.c_str(), open_flags, file_mode);
        if (descriptor < 0) {
            why = why_not_opened(path, errno);
            return -1;
        }
        why = why_unfit(path, descriptor, who);
        const auto result = why.empty() ? try_lock(path, descriptor, why) : lock_result::failed;
        if (result == lock_result::locked) {
            return descriptor;
        }
        ::close(descriptor);
        if (result == lock_result::failed) {
            return -1;
        }
    }
    why = "pid file " + path.string() + ": is replaced again and again by another process";
    return -1;
}

bool write_pid(int descriptor) noexcept {
    const std::string text = std::to_string(::getpid()) + "\n";
    return ::ftruncate(descriptor, 0) == 0 && ::fchmod(descriptor, file_mode) == 0 &&
           ::pwrite(descriptor, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size());
}

} // namespace

std::optional<pid_file> pid_file::create(const std::filesystem::path& path, std::string& why,
                                         const std::optional<account>& who) {
    why = why_untrusted(path, who);
    if (!why.empty()) {
        why.insert(0, "pid file " + path.string() + ": ");
        return std::nullopt;
    }
    const int descriptor = open_locked(path, why, who);
    if (descriptor < 0) {
        return std::nullopt;
    }
    errno = 0;
    pid_file made(path, descriptor);
    if (!write_pid(descriptor)) {
        why = why_not_opened(path, errno != 0 ? errno : ENOSPC);
        return std::nullopt;
    }
    return made;
}

void pid_file::release() noexcept {
    if (descriptor_ < 0) {
        return;
    }
    // The lock is still held here, so nobody else can have made this file his own. Where the folder
    // is no longer ours to change, an empty file names no process that has ended.
    const auto path = within_root(path_);
    if (!names(path, descriptor_) || ::unlink(path.c_str()) != 0) {
        (void)!::ftruncate(descriptor_, 0);
    }
    ::close(descriptor_);
    descriptor_ = -1;
}

} // namespace plug::platform
