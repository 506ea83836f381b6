#include "service/commands/configuration_operand.hpp"

#include "platform/usual_paths.hpp"

#include <system_error>

namespace plug {

std::optional<std::filesystem::path> usual_file() {
    auto path = platform::usual_configuration_file();
    std::error_code unknown;
    return std::filesystem::exists(path, unknown) ? std::optional(std::move(path)) : std::nullopt;
}

std::variant<std::filesystem::path, usage_error> configuration_operand(split_words read) {
    std::optional<std::filesystem::path> path;
    for (const auto& word : read.given) {
        if (!word.option.empty()) {
            continue;
        }
        if (path) {
            read.problems.push_back({word.value, "is one file too many"});
            continue;
        }
        path = word.value;
        if (word.value.empty()) {
            read.problems.push_back({"FILE", "is empty; write the path of a file"});
        }
    }
    if (!path && read.problems.empty()) {
        path = usual_file();
        if (!path) {
            read.problems.push_back(
                {"FILE", "is missing, and there is no " +
                             platform::usual_configuration_file().string() +
                             "; name a configuration file, as in plug check plug.toml"});
        }
    }
    if (!read.problems.empty()) {
        return refused(std::move(read.problems));
    }
    return *std::move(path);
}

} // namespace plug
