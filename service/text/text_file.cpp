#include "service/text/text_file.hpp"

#include "platform/root_folder.hpp"
#include "service/text/encoding.hpp"

#include <cerrno>
#include <fstream>
#include <system_error>

namespace plug {

namespace {

constexpr std::size_t most_bytes = std::size_t{16} << 20U;

} // namespace

parsed<std::string> text_of_file(const std::filesystem::path& path) {
    const auto here = platform::within_root(path);
    std::error_code error;
    if (std::filesystem::is_directory(here, error)) {
        return parsed<std::string>::bad("is a directory; name a file");
    }
    errno = 0;
    std::ifstream file(here, std::ios::binary);
    if (!file) {
        const bool is_closed = errno == EACCES;
        return parsed<std::string>::bad(
            "cannot be read: " + std::generic_category().message(errno) +
            (is_closed
                 ? "; as it may hold passwords, it is not for everyone: do this as root or as "
                   "the service's user"
                 : ""));
    }
    std::string text(most_bytes + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (file.bad()) {
        return parsed<std::string>::bad("cannot be read");
    }
    if (text.size() > most_bytes) {
        return parsed<std::string>::bad("is longer than 16 MiB and so no configuration");
    }
    return utf8_of(std::move(text));
}

} // namespace plug
