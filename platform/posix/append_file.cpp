#include "platform/append_file.hpp"

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace plug::platform {

namespace {

// Without O_NONBLOCK a FIFO that nobody reads would stop the log thread for good.
constexpr int open_flags = O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
constexpr mode_t file_mode = 0640;

boost::system::error_code last_error() noexcept {
    return {errno, boost::system::system_category()};
}

/// Opens what stands at `path`, or makes it; negative = errno says why.
int open_or_make(const char* path) noexcept {
    // Another process may make or remove the file between the two calls: then once more.
    for (int round = 0; round < 3; ++round) {
        const int existing = ::open(path, open_flags);
        if (existing >= 0 || errno != ENOENT) {
            return existing;
        }
        const int made = ::open(path, open_flags | O_CREAT | O_EXCL, file_mode);
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

append_file::append_file(std::filesystem::path path) : path_(std::move(path)) {}

append_file::~append_file() { close(); }

void append_file::close() noexcept {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
        descriptor_ = -1;
    }
}

bool append_file::still_named() const noexcept {
    struct stat named {};
    struct stat opened {};
    return ::stat(path_.c_str(), &named) == 0 && ::fstat(descriptor_, &opened) == 0 &&
           named.st_dev == opened.st_dev && named.st_ino == opened.st_ino;
}

boost::system::error_code append_file::open() {
    if (descriptor_ >= 0 && still_named()) {
        return {};
    }
    close();
    torn_ = false;
    descriptor_ = open_or_make(path_.c_str());
    return descriptor_ < 0 ? last_error() : boost::system::error_code();
}

boost::system::error_code append_file::append(std::string_view lines) {
    if (lines.empty()) {
        return {};
    }
    if (const auto failed = open()) {
        return failed;
    }
    if (torn_) {
        if (const auto failed = write_all("\n")) {
            return failed;
        }
        torn_ = false;
    }
    return write_all(lines);
}

boost::system::error_code append_file::write_all(std::string_view bytes) noexcept {
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t count = ::write(descriptor_, bytes.data() + done, bytes.size() - done);
        if (count > 0) {
            done += static_cast<std::size_t>(count);
        } else if (count == 0 || errno != EINTR) {
            const auto why =
                count == 0 ? make_error_code(boost::system::errc::io_error) : last_error();
            torn_ = torn_ || (done > 0 && bytes[done - 1] != '\n');
            return why;
        }
    }
    return {};
}

} // namespace plug::platform
