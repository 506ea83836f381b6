#include "tests/support/process/process.hpp"

#include "tests/support/process/temporary_directory.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <stdexcept>

namespace plug::test {

namespace {

namespace fs = std::filesystem;

fs::path folder(int process) { return fs::path("/proc") / std::to_string(process); }

/// The fields of /proc/PID/stat from the third one on, as the second may hold spaces.
std::vector<std::string> status_fields(int process) {
    const std::string text = read_file(folder(process) / "stat");
    const auto bracket = text.rfind(')');
    if (bracket == std::string::npos)
        throw std::runtime_error("no process " + std::to_string(process));
    std::istringstream words(text.substr(bracket + 1));
    std::vector<std::string> fields;
    for (std::string word; words >> word;)
        fields.push_back(word);
    return fields;
}

} // namespace

std::uint64_t resident_bytes(int process) {
    const std::string text = read_file(folder(process) / "status");
    const auto place = text.find("VmRSS:");
    if (place == std::string::npos)
        throw std::runtime_error("no process " + std::to_string(process));
    return std::stoull(text.substr(place + 6)) * 1024;
}

double processor_seconds(int process) {
    constexpr std::size_t user = 11;
    constexpr std::size_t system = 12;
    const auto fields = status_fields(process);
    const double ticks = std::stod(fields.at(user)) + std::stod(fields.at(system));
    return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

std::string descriptor_target(int process, int number) {
    std::error_code error;
    const auto link = fs::read_symlink(folder(process) / "fd" / std::to_string(number), error);
    return error ? std::string() : link.string();
}

std::size_t open_descriptors(int process) {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : fs::directory_iterator(folder(process) / "fd"))
        ++count;
    return count;
}

std::uint64_t descriptor_limit(int process) {
    const std::string text = read_file(folder(process) / "limits");
    constexpr std::string_view label = "Max open files";
    const auto place = text.find(label);
    if (place == std::string::npos)
        throw std::runtime_error("no process " + std::to_string(process));
    return std::stoull(text.substr(place + label.size()));
}

std::string working_directory(int process) {
    return fs::read_symlink(folder(process) / "cwd").string();
}

session_ids session_of(int process) {
    const auto fields = status_fields(process);
    return {std::stoi(fields.at(3)), std::stoi(fields.at(4))};
}

bool exists(int process) { return fs::exists(folder(process)); }

bool is_stopped(int process) {
    const fs::directory_iterator threads(folder(process) / "task");
    return std::all_of(begin(threads), end(threads), [](const auto& thread) {
        const std::string text = read_file(thread.path() / "stat");
        return text.empty() || text.find(") T ") != std::string::npos; // empty: it has ended
    });
}

std::vector<int> children_marked(const std::string& mark) {
    std::vector<int> found;
    for (const auto& task : fs::directory_iterator("/proc/self/task")) {
        std::istringstream numbers(read_file(task.path() / "children"));
        for (int child = 0; numbers >> child;)
            if (read_file(folder(child) / "environ").find(mark) != std::string::npos)
                found.push_back(child);
    }
    return found;
}

} // namespace plug::test
