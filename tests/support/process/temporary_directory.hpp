// A directory of a test's own, removed with all that is in it.
#pragma once

#include <filesystem>
#include <string>

namespace plug::test {

class temporary_directory {
public:
    temporary_directory();
    ~temporary_directory();
    temporary_directory(const temporary_directory&) = delete;
    temporary_directory& operator=(const temporary_directory&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    [[nodiscard]] std::filesystem::path operator/(const std::string& name) const {
        return path_ / name;
    }

private:
    std::filesystem::path path_;
};

/// The whole content of a file; empty where there is none.
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

} // namespace plug::test
