// Privileges: a process that was started as root becomes a user who may do less, and can never go
// back. Where systems have no such thing, the functions say so.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace plug::platform {

/// Whether a process can become another user on this system.
[[nodiscard]] bool can_change_user() noexcept;

/// Whether this process was started as root. It may be less by now.
[[nodiscard]] bool started_as_root() noexcept;

/// Whether anyone of this machine may write to the file, or into the folder, that `path` leads to.
[[nodiscard]] bool anyone_may_write(const std::filesystem::path& path) noexcept;

/// A user of this system, and the group to run with.
struct account {
    std::string name;
    std::uint32_t user = 0;
    std::uint32_t group = 0;
};

/// Looks up `user` and `group`, names or numbers; an empty group is the user's own. On failure
/// gives nothing, and `why` says why in one line.
std::optional<account> find_account(const std::string& user, const std::string& group,
                                    std::string& why);

/// Why a process of root should not rely on what stands at `path`, an absolute one: who it is that
/// may replace it, as one of its folders is theirs, or they may write to it and it is not sticky.
/// Beside root its own user and group and those of `who` are trusted. Empty = no reason, or this
/// process is not root's.
[[nodiscard]] std::string why_untrusted(const std::filesystem::path& path,
                                        const std::optional<account>& who);

/// Whether this process runs as `who` already.
[[nodiscard]] bool runs_as(const account& who) noexcept;

/// Makes the log file at `path`, if it is not there, and gives it to `who`, so that it can be
/// opened again. Leaves alone what is a symbolic link, has a second name, or belongs to somebody
/// else, and follows no link on the way there: who may write to a folder might have put it there.
/// What cannot be done shows when it is opened.
void give_log_file(const std::filesystem::path& path, const account& who) noexcept;

/// Gives the socket at `path` to `who`.
void give_socket(const std::filesystem::path& path, const account& who) noexcept;

/// Makes this process, which is root and has no thread yet, one of `who`, with the groups of
/// theirs, for good. `root` becomes the root folder first, where it is not empty. On Linux
/// CAP_NET_BIND_SERVICE is kept, so that a port below 1024 can be opened later, and nothing else;
/// no program that is started from here may do more. Gives why it failed, in one line: then the
/// process must end.
[[nodiscard]] std::string become(const account& who, const std::filesystem::path& root);

} // namespace plug::platform
