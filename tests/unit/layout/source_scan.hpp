// Reads the source tree as text, for the tests that hold it against the layout of the project.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace plug::layout {

/// One file of the tree.
struct source_file {
    /// Relative to the root of the checkout, with `/`: "core/engine/engine.cpp".
    std::string path;
    std::string text;
};

inline std::string text_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Every .hpp and .cpp below `folder` of the checkout `root`, in the order of their paths.
inline std::vector<source_file> sources_below(const std::filesystem::path& root,
                                              const std::string& folder) {
    std::vector<source_file> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
        const auto extension = entry.path().extension();
        if (extension == ".hpp" || extension == ".cpp") {
            const auto path = std::filesystem::relative(entry.path(), root).generic_string();
            found.push_back({path, text_of(entry.path())});
        }
    }
    std::ranges::sort(found, {}, &source_file::path);
    return found;
}

/// Where the comment or the quoted text that begins at `begin` of `text` ends; `begin` where none
/// begins there.
inline std::size_t end_of_aside(const std::string& text, std::size_t begin) {
    const auto behind = [&](const char* closing, std::size_t from, std::size_t length) {
        const auto found = text.find(closing, from);
        return found == std::string::npos ? text.size() : found + length;
    };
    if (text.compare(begin, 2, "//") == 0)
        return std::min(text.find('\n', begin), text.size());
    if (text.compare(begin, 2, "/*") == 0)
        return behind("*/", begin + 2, 2);
    if (text.compare(begin, 3, "R\"(") == 0)
        return behind(")\"", begin + 3, 2);
    if (text[begin] != '"')
        return begin;
    auto end = begin + 1;
    while (end < text.size() && text[end] != '"' && text[end] != '\n')
        end += text[end] == '\\' ? 2 : 1;
    return std::min(end + 1, text.size());
}

/// `text` without its comments and without what stands between double quotes.
inline std::string code_of(const std::string& text) {
    std::string code;
    for (std::size_t at = 0; at < text.size();) {
        const auto end = end_of_aside(text, at);
        if (end == at)
            code += text[at++];
        else
            at = end;
    }
    return code;
}

} // namespace plug::layout
