// What every system does alike; opening and writing stand in posix/ and windows/.
#include "platform/append_file.hpp"

#include <utility>

namespace plug::platform {

append_file::append_file(std::filesystem::path path) : path_(std::move(path)) {}

append_file::~append_file() { close(); }

boost::system::error_code append_file::open() {
    if (descriptor_ >= 0 && still_named()) {
        return {};
    }
    close();
    torn_ = false;
    return open_or_make();
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
        boost::system::error_code failed;
        const std::size_t count = write_some(bytes.substr(done), failed);
        done += count;
        if (failed || count == 0) {
            torn_ = torn_ || (done > 0 && bytes[done - 1] != '\n');
            return failed ? failed : make_error_code(boost::system::errc::io_error);
        }
    }
    return {};
}

} // namespace plug::platform
