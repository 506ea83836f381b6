#include "platform/replace_file.hpp"

#include "platform/posix/system_error.hpp"

#include <cerrno>
#include <cstdlib>
#include <string>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace plug::platform {

namespace {

constexpr mode_t mode_of_new_file = 0640;

/// A file beside the one that it is to replace; removed again unless it has.
class file_beside {
public:
    explicit file_beside(const std::filesystem::path& target)
        : name_(target.string() + ".XXXXXX"), descriptor_(::mkostemp(name_.data(), O_CLOEXEC)) {}
    file_beside(const file_beside&) = delete;
    file_beside& operator=(const file_beside&) = delete;
    ~file_beside() {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
            ::unlink(name_.c_str());
        }
    }

    [[nodiscard]] bool is_open() const noexcept { return descriptor_ >= 0; }

    /// The owner first, as a change of it takes special bits away.
    bool take_after(const struct stat* old) noexcept {
        if (old == nullptr) {
            return ::fchmod(descriptor_, mode_of_new_file) == 0;
        }
        struct stat now {};
        if (::fstat(descriptor_, &now) != 0) {
            return false;
        }
        const bool is_owned = now.st_uid == old->st_uid && now.st_gid == old->st_gid;
        return (is_owned || ::fchown(descriptor_, old->st_uid, old->st_gid) == 0) &&
               ::fchmod(descriptor_, old->st_mode & 07777U) == 0;
    }

    bool write(std::string_view text) noexcept {
        while (!text.empty()) {
            const ssize_t count = ::write(descriptor_, text.data(), text.size());
            if (count < 0 && errno != EINTR) {
                return false;
            }
            text.remove_prefix(count > 0 ? static_cast<std::size_t>(count) : 0);
        }
        return ::fsync(descriptor_) == 0;
    }

    bool replace(const std::filesystem::path& target) noexcept {
        if (::rename(name_.c_str(), target.c_str()) != 0) {
            return false;
        }
        ::close(std::exchange(descriptor_, -1));
        return true;
    }

private:
    std::string name_;
    int descriptor_;
};

} // namespace

boost::system::error_code replace_file(const std::filesystem::path& path, std::string_view text) {
    // Where the path is a symbolic link, what it leads to is replaced, and the link stays.
    std::error_code unknown;
    const auto resolved = std::filesystem::canonical(path, unknown);
    const auto& target = unknown ? path : resolved;
    struct stat old {};
    const bool exists = ::stat(target.c_str(), &old) == 0;
    if (!exists && errno != ENOENT) {
        return last_error();
    }
    if (exists && !S_ISREG(old.st_mode)) { // a device such as /dev/null is not to become a file
        return make_error_code(boost::system::errc::invalid_argument);
    }
    file_beside made(target);
    const bool is_done = made.is_open() && made.take_after(exists ? &old : nullptr) &&
                         made.write(text) && made.replace(target);
    return is_done ? boost::system::error_code() : last_error();
}

} // namespace plug::platform
