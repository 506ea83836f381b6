#include "service/file/secret_places.hpp"

#include "core/config/characters.hpp"
#include "service/file/key_names.hpp"
#include "service/file/secrets.hpp"
#include "service/text/nearest_word.hpp"

#include <algorithm>
#include <array>

namespace plug {

namespace {

constexpr auto nowhere = std::string_view::npos;

enum class secrecy { none, password, whole };

/// A key may be dotted: check.send.
secrecy secrecy_of(std::string_view key) {
    key.remove_prefix(key.rfind('.') == nowhere ? 0 : key.rfind('.') + 1);
    constexpr std::array<std::string_view, 2> whole{"send", "check_send"};
    constexpr std::array<std::string_view, 1> password{"via"};
    const bool is_known =
        find_key(key) != nullptr || find_key("check_" + std::string(key)) != nullptr;
    const auto is_among = [&](std::span<const std::string_view> keys) {
        return std::ranges::find(keys, key) != keys.end() ||
               (!is_known && !nearest_word(key, keys).empty());
    };
    return is_among(whole)      ? secrecy::whole
           : is_among(password) ? secrecy::password
                                : secrecy::none;
}

bool is_port(std::string_view text) {
    return text.size() <= 5 && std::ranges::all_of(text, is_digit);
}

/// Goes through a text once, as TOML has strings, comments and keys.
class secret_finder {
public:
    explicit secret_finder(std::string_view text) : text_(text) {}

    std::vector<text_range> find() {
        while (at_ < text_.size()) {
            step();
        }
        return std::move(found_);
    }

private:
    void step() {
        const char c = text_[at_];
        if (c == '"' || c == '\'') {
            read_string(c);
        } else if (c == '#') {
            read_bare(line_end());
        } else if (c == '=') {
            secrecy_ = secrecy_of(key_);
            key_.clear();
            ++at_;
            skip_spaces();
            if (secrecy_ != secrecy::none && at_ < text_.size() && !opens_value(text_[at_])) {
                read_bare(line_end()); // the quotation marks are missing
            }
        } else if (is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.') {
            key_ += c;
            ++at_;
        } else {
            step_over(c);
        }
    }

    /// Between keys and values.
    void step_over(char c) {
        if (c == '@') { // in front of it there are no quotation marks
            const auto begin = line_begin();
            note_password(begin, at_ + 1);
        }
        if (c == '\n' || c == ',' || c == '{' || c == '[') {
            key_.clear();
        }
        ++at_;
    }

    static bool opens_value(char c) {
        return c == '"' || c == '\'' || c == '[' || c == '{' || c == '\n' || c == '#';
    }

    void read_string(char quote) {
        const std::string three(3, quote);
        const bool is_long = text_.substr(at_).starts_with(three);
        const auto begin = at_ + (is_long ? 3 : 1);
        const auto end = is_long ? end_of_string(begin, three) : end_of_string(begin, {&quote, 1});
        if (is_long) { // a line of it may be no part of it
            for (auto line = begin; line < end;) {
                const auto next = std::min(text_.find('\n', line), end);
                note(line, next);
                line = next + 1;
            }
        } else {
            note(begin, end);
        }
        key_ += text_.substr(begin, std::min<std::size_t>(end - begin, 64));
        const bool is_open = end < text_.size() && text_[end] == '\n';
        at_ = is_open ? end : std::min(end + (is_long ? 3 : 1), text_.size());
    }

    /// Where the string that begins at `begin` ends, or its line does where it is none of several.
    std::size_t end_of_string(std::size_t begin, std::string_view closing) const {
        for (auto at = begin; at < text_.size(); ++at) {
            if (text_[at] == '\\' && closing.front() == '"') {
                ++at;
            } else if (text_.substr(at).starts_with(closing)) {
                return at;
            } else if (text_[at] == '\n' && closing.size() == 1) {
                return at;
            }
        }
        return text_.size();
    }

    void read_bare(std::size_t end) {
        note(at_, end);
        at_ = end;
    }

    void note(std::size_t begin, std::size_t end) {
        if (secrecy_ == secrecy::whole) {
            found_.push_back({begin, end});
        } else {
            note_password(begin, end);
        }
    }

    /// `user:password@host` stands there, or part of it.
    void note_password(std::size_t begin, std::size_t end) {
        const auto value = text_.substr(begin, end - begin);
        const auto at = value.rfind('@');
        const auto colon = value.find(':');
        const bool is_via = secrecy_ == secrecy::password;
        if (at != nowhere && (is_via || colon < at)) {
            found_.push_back({begin + (colon < at ? colon + 1 : 0), begin + at});
        } else if (is_via && colon != nowhere && !is_port(value.substr(colon + 1))) {
            found_.push_back({begin + colon + 1, end});
        }
    }

    void skip_spaces() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) {
            ++at_;
        }
    }

    [[nodiscard]] std::size_t line_end() const {
        return std::min(text_.find('\n', at_), text_.size());
    }
    [[nodiscard]] std::size_t line_begin() const {
        const auto before = text_.rfind('\n', at_);
        return before == nowhere ? 0 : before + 1;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string key_;
    secrecy secrecy_ = secrecy::none;
    std::vector<text_range> found_;
};

std::size_t characters_of(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, begins_character));
}

} // namespace

std::vector<text_range> secrets_in(std::string_view text) { return secret_finder(text).find(); }

masked_line::masked_line(std::string_view line, std::vector<text_range> secrets) {
    std::ranges::sort(secrets, {}, &text_range::begin);
    std::size_t at = 0;         // in bytes of the line
    std::size_t characters = 0; // of the line, up to there
    std::ptrdiff_t moves = 0;
    for (const auto& secret : secrets) {
        const auto begin = std::max(secret.begin, at);
        const auto end = std::min(secret.end, line.size());
        if (begin >= end) {
            continue;
        }
        text_ += line.substr(at, begin - at);
        text_ += hidden;
        characters += characters_of(line.substr(at, begin - at));
        const auto length = characters_of(line.substr(begin, end - begin));
        moves += static_cast<std::ptrdiff_t>(hidden.size()) - static_cast<std::ptrdiff_t>(length);
        masks_.push_back({characters, characters + length, moves});
        characters += length;
        at = end;
    }
    text_ += line.substr(std::min(at, line.size()));
}

std::size_t masked_line::column_of(std::size_t column) const {
    const auto behind = std::ranges::lower_bound(masks_, column, {}, &mask::begin);
    if (behind == masks_.begin()) {
        return column;
    }
    const auto& last = *std::prev(behind);
    const auto before = behind - masks_.begin() > 1 ? std::prev(behind, 2)->moves : 0;
    const auto moved = [](std::size_t place, std::ptrdiff_t by) {
        return static_cast<std::size_t>(static_cast<std::ptrdiff_t>(place) + by);
    };
    return column >= last.end ? moved(column, last.moves) : moved(last.begin, before);
}

} // namespace plug
