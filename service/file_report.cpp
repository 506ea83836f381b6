#include "service/file_report.hpp"

#include "core/config/characters.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace plug {

namespace {

/// How many characters of a line are shown, and how many of them in front of the column.
constexpr std::size_t widest_excerpt = 100;
constexpr std::size_t shown_before = 60;

/// `text` with every control character as one that takes a column and moves no cursor.
std::string harmless(std::string_view text) {
    std::string made(text);
    for (char& each : made) {
        const auto byte = static_cast<unsigned char>(each);
        if (byte < ' ' || byte == 0x7f) {
            each = each == '\t' ? ' ' : '?';
        }
    }
    return made;
}

bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xc0U) != 0x80U; }

/// What follows the first `count` characters of UTF-8.
std::string_view without(std::string_view text, std::size_t count) {
    std::size_t at = 0;
    while (at < text.size() && (count > 0 || !begins_character(text[at]))) {
        count -= begins_character(text[at]) ? 1U : 0U;
        ++at;
    }
    return text.substr(at);
}

std::string_view first(std::string_view text, std::size_t count) {
    return text.substr(0, text.size() - without(text, count).size());
}

std::string excerpt(std::string_view line, const file_position& at) {
    if (line.ends_with('\r')) {
        line.remove_suffix(1);
    }
    const std::size_t before = at.column - 1;
    const std::size_t skipped = before > widest_excerpt - 10 ? before - shown_before : 0;
    const auto number = std::to_string(at.line);
    const auto rest = without(line, skipped);
    const auto shown = first(rest, widest_excerpt);
    const std::string left = skipped > 0 ? "..." : "";
    const std::string right = shown.size() < rest.size() ? "..." : "";
    return "  " + number + " | " + left + harmless(shown) + right + "\n" +
           std::string(number.size() + 2, ' ') + " | " +
           std::string(left.size() + before - skipped, ' ') + "^\n";
}

} // namespace

std::string place_text(std::string_view name, const file_position& at) {
    return harmless(name) + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
}

std::string report_of(std::string_view name, std::string_view text,
                      std::vector<file_problem> problems) {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (text.starts_with(byte_order_mark)) {
        text.remove_prefix(byte_order_mark.size());
    }
    const auto lines = split(text, '\n');
    std::ranges::sort(problems);
    problems.erase(std::unique(problems.begin(), problems.end()), problems.end());
    std::string made;
    for (const auto& each : problems) {
        const auto line = each.at.line <= lines.size() ? lines[each.at.line - 1] : "";
        made +=
            place_text(name, each.at) + ": " + harmless(each.what) + "\n" + excerpt(line, each.at);
    }
    return made;
}

std::string report_of(std::span<const source_text> files, std::vector<file_problem> problems) {
    std::string made;
    for (std::uint32_t file = 0; file < files.size(); ++file) {
        std::vector<file_problem> of_file;
        std::ranges::copy_if(problems, std::back_inserter(of_file),
                             [file](const auto& each) { return each.at.file == file; });
        if (!of_file.empty()) {
            made += report_of(files[file].name, files[file].text, std::move(of_file));
        }
    }
    return made;
}

} // namespace plug
