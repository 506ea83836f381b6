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

/// A line from which more and more is left out: problems come in the order of their columns, and a
/// line may be long and hold many.
class shortened_line {
public:
    explicit shortened_line(std::string_view whole) : rest_(whole) {
        if (rest_.ends_with('\r')) {
            rest_.remove_suffix(1);
        }
    }

    /// What follows its first `count` characters; no fewer than the time before.
    std::string_view behind(std::size_t count) {
        rest_ = without(rest_, count - skipped_);
        skipped_ = count;
        return rest_;
    }

private:
    std::string_view rest_;
    std::size_t skipped_ = 0;
};

std::string excerpt(shortened_line& line, const file_position& at) {
    const std::size_t before = at.column - 1;
    const std::size_t skipped = before > widest_excerpt - 10 ? before - shown_before : 0;
    const auto number = std::to_string(at.line);
    const auto rest = line.behind(skipped);
    const auto shown = first(rest.substr(0, 4 * widest_excerpt + 4), widest_excerpt);
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
    std::uint32_t number = 0;
    shortened_line line("");
    for (const auto& each : problems) {
        if (number != each.at.line) {
            number = each.at.line;
            line = shortened_line(number <= lines.size() ? lines[number - 1] : "");
        }
        made +=
            place_text(name, each.at) + ": " + harmless(each.what) + "\n" + excerpt(line, each.at);
    }
    return made;
}

std::string report_of(std::span<const source_text> files, std::vector<file_problem> problems) {
    std::vector<std::vector<file_problem>> by_file(files.size());
    for (auto& each : problems) {
        if (each.at.file < files.size()) {
            by_file[each.at.file].push_back(std::move(each));
        }
    }
    std::string made;
    for (std::size_t file = 0; file < files.size(); ++file) {
        if (!by_file[file].empty()) {
            made += report_of(files[file].name, files[file].text, std::move(by_file[file]));
        }
    }
    return made;
}

} // namespace plug
