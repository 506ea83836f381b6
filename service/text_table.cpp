#include "service/text_table.hpp"

#include <algorithm>

namespace plug {

namespace {

std::string filled_up(const std::string& cell, std::size_t width, bool on_the_right) {
    const std::string space(width - std::min(width, cell.size()), ' ');
    return on_the_right ? space + cell : cell + space;
}

} // namespace

std::string text_table::text() const {
    const auto& titles = rows_.front();
    std::vector<std::size_t> widths(titles.size());
    for (const auto& each : rows_) {
        for (std::size_t column = 0; column < titles.size(); ++column) {
            widths[column] = std::max(widths[column], each[column].size());
        }
    }
    std::string made;
    for (const auto& each : rows_) {
        std::string line;
        for (std::size_t column = 0; column < titles.size(); ++column) {
            line += column == 0 ? "" : "  ";
            line += filled_up(each[column], widths[column], titles[column].starts_with(' '));
        }
        line.erase(line.find_last_not_of(' ') + 1);
        made += line + "\n";
    }
    return made;
}

} // namespace plug
