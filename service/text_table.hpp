// Rows of words in columns that are aligned.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace plug {

/// Columns are as wide as their widest cell, two spaces apart. The last one is not filled up.
class text_table {
public:
    using row = std::vector<std::string>;

    /// One title for each column; those that begin with a space hold numbers, and stand on the
    /// right.
    explicit text_table(row titles) : rows_{std::move(titles)} {}

    /// As many cells as there are titles.
    void add(row cells) { rows_.push_back(std::move(cells)); }

    /// All rows, the titles first, with the ends of their lines.
    [[nodiscard]] std::string text() const;

private:
    std::vector<row> rows_;
};

} // namespace plug
