#include "platform/privileges.hpp"
#include "platform/posix/ownership.hpp"
#include "platform/posix/port_capability.hpp"
#include "platform/root_folder.hpp"

#include <cerrno>
#include <charconv>
#include <ctime>
#include <system_error>

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace plug::platform {

namespace {

constexpr mode_t log_mode = 0640;
constexpr int log_flags = O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;

const bool root_at_start = ::geteuid() == 0;

std::string last_error(const std::string& action) {
    return "cannot " + action + ": " + std::generic_category().message(errno);
}

std::optional<std::uint32_t> number_in(const std::string& text) noexcept {
    std::uint32_t number = 0;
    const auto* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    return read.ec == std::errc() && read.ptr == end ? std::optional(number) : std::nullopt;
}

/// Sets the group of `found`.
std::string find_group(const std::string& name, account& found) {
    if (const auto* const known = ::getgrnam(name.c_str()); known != nullptr) {
        found.group = known->gr_gid;
        return {};
    }
    const auto number = number_in(name);
    found.group = number.value_or(0);
    return number ? std::string() : "group " + name + ": there is no such group";
}

/// Only as the file's sole name and an owner that it may be taken from.
bool may_be_given(int file, const account& who) noexcept {
    struct stat opened {};
    return ::fstat(file, &opened) == 0 && S_ISREG(opened.st_mode) && opened.st_nlink == 1 &&
           (opened.st_uid == 0 || opened.st_uid == who.user);
}

std::string change_root(const std::filesystem::path& root) {
    // What the C library reads when it is first needed.
    ::tzset();
    if (::chroot(root.c_str()) != 0 || ::chdir("/") != 0) {
        return last_error("change the root to " + root.string());
    }
    note_root_folder(root);
    return {};
}

} // namespace

bool can_change_user() noexcept { return true; }

bool started_as_root() noexcept { return root_at_start; }

/// The mode says nothing on a read-only mount: containers mount configuration with mode 0777.
bool anyone_may_write(const std::filesystem::path& path) noexcept {
    struct stat found {};
    struct statvfs mount {};
    return ::stat(path.c_str(), &found) == 0 && (found.st_mode & S_IWOTH) != 0 &&
           !(::statvfs(path.c_str(), &mount) == 0 && (mount.f_flag & ST_RDONLY) != 0);
}

std::optional<account> find_account(const std::string& user, const std::string& group,
                                    std::string& why) {
    account found{user, 0, 0};
    const auto number = number_in(user);
    const auto* known = ::getpwnam(user.c_str());
    if (known == nullptr && number) {
        known = ::getpwuid(*number);
    }
    if (known != nullptr) {
        found = {known->pw_name, known->pw_uid, known->pw_gid};
    } else if (!number) {
        why = "user " + user + ": there is no such user";
        return std::nullopt;
    } else if (group.empty()) {
        why = "user " + user + ": has no name here, and so no group; name the group too";
        return std::nullopt;
    } else {
        found.user = *number;
    }
    if (found.user == 0) {
        why = "user " + user + ": may do everything; name one who may do less";
    } else if (!group.empty()) {
        why = find_group(group, found);
    }
    return why.empty() ? std::optional(found) : std::nullopt;
}

bool runs_as(const account& who) noexcept {
    return ::geteuid() == who.user && ::getuid() == who.user && ::getegid() == who.group;
}

void give_log_file(const std::filesystem::path& path, const account& who) noexcept {
    const int made = open_carefully(path.c_str(), log_flags | O_CREAT | O_EXCL, log_mode);
    const int file = made >= 0 ? made : open_carefully(path.c_str(), log_flags);
    if (file < 0) {
        return;
    }
    if (made >= 0) {
        // The umask may have taken bits away.
        (void)::fchmod(made, log_mode);
    }
    if (may_be_given(file, who)) {
        (void)::fchown(file, who.user, who.group);
    }
    ::close(file);
}

void give_socket(const std::filesystem::path& path, const account& who) noexcept {
    struct stat found {};
    if (::lstat(path.c_str(), &found) == 0 && S_ISSOCK(found.st_mode)) {
        (void)::lchown(path.c_str(), who.user, who.group);
    }
}

std::string become(const account& who, const std::filesystem::path& root) {
    if (auto why = prepare_to_keep_ports(); !why.empty()) {
        return why;
    }
    const std::string action = "become user " + who.name;
    // The groups are looked up before the root changes.
    if (::initgroups(who.name.c_str(), who.group) != 0 || ::setgid(who.group) != 0) {
        return last_error(action);
    }
    if (auto why = root.empty() ? std::string() : change_root(root); !why.empty()) {
        return why;
    }
    // From root it sets the real and the saved id too.
    if (::setuid(who.user) != 0) {
        return last_error(action);
    }
    if (auto why = keep_ports_alone(); !why.empty()) {
        return why;
    }
    return ::setuid(0) == 0 || !runs_as(who) ? "cannot give up root" : std::string();
}

} // namespace plug::platform
