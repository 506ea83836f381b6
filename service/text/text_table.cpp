#include "service/text/text_table.hpp"

#include <algorithm>
#include <cstddef>

namespace plug {

namespace {

std::string filled_up(const std::string& cell, std::size_t width, bool on_the_right) {
    const std::string space(width - std::min(width, cell.size()), ' ');
    return on_the_right ? space + cell : cell + space;
}

} // namespace

std::string text_table::text() const {
    row titles;
    for (const auto& each : columns_) {
        titles.push_back(each.title);
    }
    auto all = rows_;
    all.insert(all.begin(), std::move(titles));
    std::vector<std::size_t> widths(columns_.size());
    for (const auto& each : all) {
        for (std::size_t column = 0; column < widths.size(); ++column) {
            widths[column] = std::max(widths[column], each[column].size());
        }
    }
    std::string made;
    for (const auto& each : all) {
        std::string line;
        for (std::size_t column = 0; column < widths.size(); ++column) {
            line += column == 0 ? "" : "  ";
            line += filled_up(each[column], widths[column], columns_[column].on_the_right);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        made += line + "\n";
    }
    return made;
}

} // namespace plug
