#include "service/file/report.hpp"

#include "core/config/characters.hpp"
#include "service/file/secret_places.hpp"
#include "service/file/secrets.hpp"
#include "service/text/harmless.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

namespace plug {

namespace {

/// How many characters of a line are shown, and how many of them in front of the column.
constexpr std::size_t widest_excerpt = 100;
constexpr std::size_t shown_before = 60;

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
    explicit shortened_line(std::string_view whole) : rest_(whole) {}

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

std::string excerpt(shortened_line& line, std::size_t before, std::uint32_t line_number) {
    const std::size_t skipped = before > widest_excerpt - 10 ? before - shown_before : 0;
    const auto number = std::to_string(line_number);
    const auto rest = line.behind(skipped);
    const auto shown = first(rest.substr(0, 4 * widest_excerpt + 4), widest_excerpt);
    const std::string left = skipped > 0 ? "..." : "";
    const std::string right = shown.size() < rest.size() ? "..." : "";
    return "  " + number + " | " + left + harmless_in_columns(shown) + right + "\n" +
           std::string(number.size() + 2, ' ') + " | " +
           std::string(left.size() + before - skipped, ' ') + "^\n";
}

/// Those of `secrets`, which are in the order of the text, that reach into `line`, a part of it.
std::vector<text_range> secrets_of_line(const std::vector<text_range>& secrets,
                                        std::string_view text, std::string_view line) {
    // By itself, too: a quotation mark that is missing far above shall not bring them to light.
    auto found = secrets_in(line);
    const auto start = static_cast<std::size_t>(line.data() - text.data());
    const auto first = std::ranges::upper_bound(secrets, start, {}, &text_range::end);
    for (auto each = first; each != secrets.end() && each->begin < start + line.size(); ++each) {
        found.push_back({std::max(each->begin, start) - start, each->end - start});
    }
    return found;
}

std::string_view without_return(std::string_view line) {
    return line.ends_with('\r') ? line.substr(0, line.size() - 1) : line;
}

/// A line that problems are reported on. Stays where it is, as `rest` looks into `masked`.
struct report_line {
    report_line(std::uint32_t at, std::string_view whole, std::string_view text,
                const std::vector<text_range>& secrets)
        : number(at),
          masked(without_return(whole), secrets_of_line(secrets, text, without_return(whole))),
          rest(masked.text()) {}

    std::uint32_t number;
    masked_line masked;
    shortened_line rest;
};

} // namespace

std::string place_text(std::string_view name, const file_position& at) {
    return harmless_in_columns(name) + ":" + std::to_string(at.line) + ":" +
           std::to_string(at.column);
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
    const auto secrets = problems.empty() ? std::vector<text_range>() : secrets_in(text);
    std::optional<report_line> line;
    for (const auto& problem : problems) {
        if (!line || line->number != problem.at.line) {
            const auto index = problem.at.line - 1;
            line.emplace(problem.at.line,
                         index < lines.size() ? lines[index] : text.substr(text.size()), text,
                         secrets);
        }
        const auto column = line->masked.column_of(problem.at.column - 1);
        made += place_text(name, problem.at) + ": " +
                harmless_in_columns(without_credentials(problem.what)) + "\n" +
                excerpt(line->rest, column, line->number);
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
