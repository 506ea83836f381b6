#include "platform/posix/ownership.hpp"

#include "platform/privileges.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <string_view>

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace plug::platform {

namespace {

constexpr int folder_flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

/// Whom the root folder belongs to may do everything anyway. In a user namespace without the root
/// of the host that is nobody.
uid_t owner_of_root() noexcept {
    struct stat found {};
    return ::stat("/", &found) == 0 ? found.st_uid : 0;
}

bool is_trusted_owner(uid_t owner, const std::optional<account>& who) noexcept {
    return owner == 0 || owner == ::geteuid() || (who && owner == who->user) ||
           owner == owner_of_root();
}

bool is_trusted_group(gid_t group, const std::optional<account>& who) noexcept {
    return group == 0 || group == ::getegid() || (who && group == who->group);
}

/// What others may do to the entries of a folder.
bool may_group_write(const struct stat& folder, const std::optional<account>& who) noexcept {
    return (folder.st_mode & S_IWGRP) != 0 && !is_trusted_group(folder.st_gid, who);
}

bool may_others_add(const struct stat& folder) noexcept {
    return !is_trusted_owner(folder.st_uid, std::nullopt) || (folder.st_mode & S_IWOTH) != 0 ||
           may_group_write(folder, std::nullopt);
}

std::string group_text(gid_t group) {
    const auto* const known = ::getgrgid(group);
    return "group " + (known != nullptr ? known->gr_name : std::to_string(group));
}

/// Who it is that may replace entries of a folder; empty = nobody that matters.
std::string who_may_replace(const struct stat& folder, const std::optional<account>& who) {
    if (!is_trusted_owner(folder.st_uid, who)) {
        return user_text(folder.st_uid);
    }
    if ((folder.st_mode & S_ISVTX) != 0) { // entries are their owners'
        return {};
    }
    if ((folder.st_mode & S_IWOTH) != 0) {
        return "anyone";
    }
    return may_group_write(folder, who) ? group_text(folder.st_gid) : std::string();
}

bool is_shared(int folder) noexcept {
    struct stat found {};
    return ::fstat(folder, &found) != 0 || may_others_add(found);
}

void close_keeping_error(int descriptor) noexcept {
    const int error = errno;
    ::close(descriptor);
    errno = error;
}

bool is_link(int folder, const char* name) noexcept {
    struct stat found {};
    return ::fstatat(folder, name, &found, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(found.st_mode);
}

/// openat(2) within a folder that others may change.
int open_distrusting(int folder, const char* name, int flags, mode_t mode) noexcept {
    const int opened = ::openat(folder, name, flags | O_NOFOLLOW, mode);
    struct stat found {};
    if (opened < 0 && errno == ENOTDIR && is_link(folder, name)) {
        errno = ELOOP; // which is less exact where a folder is asked for
    } else if (opened >= 0 && ::fstat(opened, &found) == 0 && S_ISREG(found.st_mode) &&
               found.st_nlink > 1) {
        ::close(opened);
        errno = EMLINK;
        return -1;
    }
    return opened;
}

/// One folder after the other, each held open, so that nobody exchanges one meanwhile.
int open_step_by_step(std::string_view path, int flags, mode_t mode) noexcept {
    std::array<char, NAME_MAX + 1> name{};
    int folder = ::open(path.starts_with('/') ? "/" : ".", folder_flags);
    while (folder >= 0) {
        path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
        const auto length = std::min(path.find('/'), path.size());
        if (length > NAME_MAX) {
            ::close(folder);
            errno = ENAMETOOLONG;
            return -1;
        }
        *std::copy_n(path.begin(), length, name.begin()) = '\0';
        path.remove_prefix(length);
        const bool is_last = path.empty();
        const int wanted = is_last ? flags : folder_flags;
        const int next = is_shared(folder) ? open_distrusting(folder, name.data(), wanted, mode)
                                           : ::openat(folder, name.data(), wanted, mode);
        close_keeping_error(folder);
        if (is_last) {
            return next;
        }
        folder = next;
    }
    return -1;
}

} // namespace

std::string user_text(uid_t user) {
    const auto* const known = ::getpwuid(user);
    const auto number = std::to_string(user);
    return "user " + (known != nullptr ? known->pw_name + (" (" + number + ")") : number);
}

int open_carefully(const char* path, int flags, mode_t mode) noexcept {
    return ::geteuid() == 0 ? open_step_by_step(path, flags, mode) : ::open(path, flags, mode);
}

std::string why_untrusted(const std::filesystem::path& path, const std::optional<account>& who) {
    if (::geteuid() != 0) {
        return {};
    }
    std::filesystem::path folder;
    for (const auto& name : path.parent_path()) {
        folder /= name;
        struct stat found {};
        if (::stat(folder.c_str(), &found) != 0) {
            break; // opening says it
        }
        if (const auto others = who_may_replace(found, who); !others.empty()) {
            return others + " may change the directory " + folder.string() +
                   ", and so replace what root relies on; name a place that root alone may change, "
                   "such as below /run, or chown and chmod the directory";
        }
    }
    return {};
}

} // namespace plug::platform
