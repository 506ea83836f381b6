// Where secrets stand in the text of a configuration file, broken or not, so that a line of it can
// be shown beside a mistake.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace plug {

/// Bytes of a text, from `begin` up to `end`.
struct text_range {
    std::size_t begin = 0;
    std::size_t end = 0;
};

/// Finds the password in the value of `via`, the value of `send`, and what looks like a password in
/// front of an `@` anywhere; of a key that is misspelt too. In the order of the text; they may
/// overlap. Where quotation marks are missing, more is taken for secret rather than less.
[[nodiscard]] std::vector<text_range> secrets_in(std::string_view text);

/// A line with `***` for each secret.
class masked_line {
public:
    masked_line(std::string_view line, std::vector<text_range> secrets);

    [[nodiscard]] const std::string& text() const noexcept { return text_; }

    /// Where what stands at `column` of the line stands in text(), both counted from 0 in
    /// characters; what lies within a secret stands at the `***`.
    [[nodiscard]] std::size_t column_of(std::size_t column) const;

private:
    /// A secret, in characters of the line, and how far it moves what stands behind it.
    struct mask {
        std::size_t begin;
        std::size_t end;
        std::ptrdiff_t moves;
    };
    std::string text_;
    std::vector<mask> masks_; // in the order of the line
};

} // namespace plug
