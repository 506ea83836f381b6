// A file that is only ever appended to, and that others may rename at any time (log rotation).
#pragma once

#include <cstddef>
#include <filesystem>
#include <string_view>

#include <boost/system/error_code.hpp>

namespace plug::platform {

/// Appends to the file that stands at a path. Belongs to one thread.
class append_file {
public:
    /// Opens nothing yet. The path should be absolute, as the process may change its directory.
    explicit append_file(std::filesystem::path path);
    ~append_file();
    append_file(const append_file&) = delete;
    append_file& operator=(const append_file&) = delete;

    /// Appends `lines` in one piece, to the file that the path names now: where it was renamed or
    /// removed a new one is made, on Unix with mode 0640. After a short write the rest follows at
    /// once, so that no line is torn unless the disk is full. The line behind a torn one starts on
    /// its own.
    boost::system::error_code append(std::string_view lines);

    /// Opens the file, made if needed, without writing: tells early whether it can be written.
    boost::system::error_code open();

    /// What open() would come to, as far as can be seen without making the file.
    [[nodiscard]] boost::system::error_code would_open() const noexcept;

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
    boost::system::error_code write_all(std::string_view bytes) noexcept;
    // These differ between systems.
    void close() noexcept;
    [[nodiscard]] bool still_named() const noexcept;
    boost::system::error_code open_or_make() noexcept;
    /// Gives the number of bytes written; those of `bytes` behind them remain to be written.
    std::size_t write_some(std::string_view bytes, boost::system::error_code& failed) noexcept;
    std::filesystem::path path_;
    int descriptor_ = -1;
    /// The last write stopped in the middle of a line.
    bool torn_ = false;
};

} // namespace plug::platform
