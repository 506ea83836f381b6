#include "tests/support/process/temporary_directory.hpp"

#include <fstream>
#include <random>
#include <sstream>
#include <stdexcept>

namespace plug::test {

// The name of a directory that could be made belongs to this process alone.
temporary_directory::temporary_directory() {
    std::random_device random;
    for (int round = 0; round < 100 && path_.empty(); ++round) {
        const auto wanted = std::filesystem::temp_directory_path() /
                            ("plug-test-" + std::to_string(random()) + std::to_string(random()));
        if (std::filesystem::create_directory(wanted))
            path_ = wanted;
    }
    if (path_.empty())
        throw std::runtime_error("cannot make a temporary directory");
    std::filesystem::permissions(path_, std::filesystem::perms::owner_all);
}

temporary_directory::~temporary_directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (file && file.peek() != std::ifstream::traits_type::eof())
        text << file.rdbuf();
    return text.str();
}

} // namespace plug::test
