#include "platform/append_file.hpp"
#include "platform/posix/ownership.hpp"
#include "platform/root_folder.hpp"

#include <cerrno>
#include <string>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace plug::platform {

namespace {

// Without O_NONBLOCK a FIFO that nobody reads would stop the log thread for good.
constexpr int open_flags = O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
constexpr mode_t file_mode = 0640;

/// What open_carefully() refuses, in words that help.
class caution_category final : public boost::system::error_category {
public:
    [[nodiscard]] const char* name() const noexcept override { return "caution"; }
    [[nodiscard]] std::string message(int error) const override {
        return std::string(error == EMLINK ? "has a second name (a hard link)"
                                           : "leads over a symbolic link") +
               " in a directory that others may change, which root does not write through; name a "
               "place that root alone may change";
    }
};

boost::system::error_code last_caution() noexcept {
    static const caution_category caution;
    const bool is_caution = (errno == ELOOP || errno == EMLINK) && ::geteuid() == 0;
    return {errno, is_caution ? static_cast<const boost::system::error_category&>(caution)
                              : boost::system::system_category()};
}

/// Opens what stands at `path`, or makes it; negative = errno says why.
int open_or_make_file(const char* path) noexcept {
    // Another process may make or remove the file between the two calls: then once more.
    for (int round = 0; round < 3; ++round) {
        const int existing = open_carefully(path, open_flags);
        if (existing >= 0 || errno != ENOENT) {
            return existing;
        }
        const int made = open_carefully(path, open_flags | O_CREAT | O_EXCL, file_mode);
        if (made >= 0) {
            // The umask may have taken bits away.
            (void)::fchmod(made, file_mode);
            return made;
        }
        if (errno != EEXIST) {
            return made;
        }
    }
    return -1;
}

} // namespace

void append_file::close() noexcept {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
        descriptor_ = -1;
    }
}

bool append_file::still_named() const noexcept {
    struct stat named {};
    struct stat opened {};
    return ::stat(within_root(path_).c_str(), &named) == 0 && ::fstat(descriptor_, &opened) == 0 &&
           named.st_dev == opened.st_dev && named.st_ino == opened.st_ino;
}

boost::system::error_code append_file::open_or_make() noexcept {
    descriptor_ = open_or_make_file(within_root(path_).c_str());
    return descriptor_ < 0 ? last_caution() : boost::system::error_code();
}

boost::system::error_code append_file::would_open() const noexcept {
    const auto path = within_root(path_);
    const int existing = open_carefully(path.c_str(), open_flags);
    if (existing >= 0) {
        ::close(existing);
        return {};
    }
    if (errno != ENOENT) {
        return last_caution();
    }
    const bool may_make =
        ::faccessat(AT_FDCWD, path.parent_path().c_str(), W_OK | X_OK, AT_EACCESS) == 0;
    return may_make ? boost::system::error_code() : last_caution();
}

std::size_t append_file::write_some(std::string_view bytes,
                                    boost::system::error_code& failed) noexcept {
    for (;;) {
        const ssize_t count = ::write(descriptor_, bytes.data(), bytes.size());
        if (count >= 0) {
            return static_cast<std::size_t>(count);
        }
        if (errno != EINTR) {
            failed = last_caution();
            return 0;
        }
    }
}

} // namespace plug::platform
