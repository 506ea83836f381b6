#include "platform/journal.hpp"

#include "platform/posix/system_error.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace plug::platform {

namespace {

/// Whether `text` is DEVICE:INODE of that file.
bool is_name_of(const char* text, const struct stat& file) noexcept {
    char* end = nullptr;
    const auto device = std::strtoull(text, &end, 10);
    if (end == text || *end != ':') {
        return false;
    }
    const char* behind_colon = end + 1;
    const auto inode = std::strtoull(behind_colon, &end, 10);
    return end != behind_colon && *end == '\0' && device == file.st_dev && inode == file.st_ino;
}

} // namespace

bool standard_error_is_journal() noexcept {
    const char* stream = std::getenv("JOURNAL_STREAM");
    struct stat error {};
    return stream != nullptr && ::fstat(STDERR_FILENO, &error) == 0 && is_name_of(stream, error);
}

bool knows_journal() noexcept { return true; }

journal::journal(std::string socket) : socket_(std::move(socket)) {}

journal::~journal() { close(); }

std::unique_ptr<journal> journal::open(boost::system::error_code& failed,
                                       const std::string& socket) {
    std::unique_ptr<journal> made(new journal(socket));
    failed = made->connect();
    return failed ? nullptr : std::move(made);
}

void journal::close() noexcept {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
        descriptor_ = -1;
    }
}

boost::system::error_code journal::connect() noexcept {
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    if (socket_.size() >= sizeof name.sun_path) {
        return make_error_code(boost::system::errc::filename_too_long);
    }
    std::memcpy(name.sun_path, socket_.c_str(), socket_.size() + 1);
    close();
    descriptor_ = ::socket(AF_UNIX, SOCK_DGRAM, 0);
    if (descriptor_ < 0) {
        return last_error();
    }
    ::fcntl(descriptor_, F_SETFD, FD_CLOEXEC);
    if (::connect(descriptor_, reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0) {
        const auto failed = last_error();
        close();
        return failed;
    }
    return {};
}

boost::system::error_code journal::send(std::string_view message) noexcept {
    // Once more where the journal that was connected to is gone.
    for (int round = 0; round < 2; ++round) {
        while (descriptor_ >= 0) {
            if (::send(descriptor_, message.data(), message.size(), 0) >= 0) {
                return {};
            }
            if (errno == EMSGSIZE) { // that journal is well; the message is not
                return last_error();
            }
            if (errno != EINTR) {
                break;
            }
        }
        if (const auto failed = connect()) {
            return failed;
        }
    }
    return make_error_code(boost::system::errc::not_connected);
}

} // namespace plug::platform
