// Rows of words in columns that are aligned.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace plug {

struct column {
    std::string title;
    /// As numbers stand.
    bool on_the_right = false;
};

/// Columns are as wide as their widest cell, two spaces apart. The last one is not filled up.
class text_table {
public:
    using row = std::vector<std::string>;

    explicit text_table(std::vector<column> columns) : columns_(std::move(columns)) {}

    /// As many cells as there are columns.
    void add(row cells) { rows_.push_back(std::move(cells)); }

    /// All rows, the titles first, with the ends of their lines.
    [[nodiscard]] std::string text() const;

private:
    std::vector<column> columns_;
    std::vector<row> rows_;
};

} // namespace plug
