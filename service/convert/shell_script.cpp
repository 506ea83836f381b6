#include "service/convert/shell_script.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace plug {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }
bool ends_command(char c) { return c == '\n' || c == ';' || c == '&'; }
bool means_more_to_a_shell(char c) {
    return std::string_view("$`(){}|<>*?").find(c) != std::string_view::npos;
}

class script_reader {
public:
    explicit script_reader(std::string_view text) : text_(text) {}

    shell_script read() {
        while (at_ < text_.size()) {
            read_command();
        }
        return std::move(script_);
    }

private:
    [[nodiscard]] bool is_at_end() const { return at_ >= text_.size(); }
    [[nodiscard]] char next() const { return text_[at_]; }

    char take() {
        const char taken = text_[at_++];
        if (taken == '\n') {
            place_ = {place_.line + 1, 1};
        } else if ((static_cast<unsigned char>(taken) & 0xc0U) != 0x80U) {
            ++place_.column;
        }
        return taken;
    }

    /// A backslash at the end of a line.
    bool take_continuation() {
        const auto rest = text_.substr(at_);
        const auto length = rest.starts_with("\\\n") ? 2U : rest.starts_with("\\\r\n") ? 3U : 0U;
        for (unsigned i = 0; i < length; ++i) {
            take();
        }
        return length > 0;
    }

    void skip_line() {
        while (!is_at_end() && next() != '\n') {
            take();
        }
    }

    void read_command() {
        shell_command command;
        bool is_right = true;
        while (is_right && !is_at_end()) {
            if (take_continuation()) {
                continue;
            }
            if (is_blank(next())) {
                take();
            } else if (next() == '#') {
                skip_line();
            } else if (ends_command(next())) {
                is_right = take_end(!command.words.empty());
                break;
            } else {
                is_right = read_word(command);
            }
        }
        if (!is_right) {
            skip_line();
        } else if (!command.words.empty()) {
            script_.commands.push_back(std::move(command));
        }
    }

    /// `&&` joins two commands, and the second is not for plug to run.
    bool take_end(bool behind_words) {
        const auto place = place_;
        const char end = take();
        const bool is_doubled = end != '\n' && !is_at_end() && next() == end;
        if (is_doubled || (end != '\n' && !behind_words)) {
            refuse(place, std::string(is_doubled ? 2 : 1, end));
            return false;
        }
        return true;
    }

    void refuse(file_position at, const std::string& what) {
        script_.problems.push_back(
            {at, what + " is for a shell to carry out; write the line as it is in the end"});
    }

    bool read_word(shell_command& command) {
        const auto begin = place_;
        std::string word;
        if (next() == '~') {
            refuse(place_, "~");
            return false;
        }
        while (!is_at_end() && !is_blank(next()) && !ends_command(next())) {
            if (take_continuation()) {
                continue;
            }
            if (!read_part(word)) {
                return false;
            }
        }
        command.words.push_back(std::move(word));
        command.places.push_back(begin);
        return true;
    }

    /// A quoted part of a word, or one character.
    bool read_part(std::string& word) {
        const char first = next();
        if (first == '\'' || first == '"') {
            return read_quoted(word, take());
        }
        if (means_more_to_a_shell(first)) {
            refuse(place_, std::string(1, first));
            return false;
        }
        take();
        if (first == '\\' && is_at_end()) {
            return true;
        }
        word += first == '\\' ? take() : first;
        return true;
    }

    bool read_quoted(std::string& word, char quote) {
        auto begin = place_;
        --begin.column;
        while (!is_at_end() && next() != quote) {
            if (quote == '"' && (next() == '$' || next() == '`')) {
                refuse(place_, std::string(1, next()));
                return false;
            }
            if (quote == '"' && take_continuation()) {
                continue;
            }
            const char c = take();
            const bool escapes = quote == '"' && c == '\\' && !is_at_end() &&
                                 std::string_view("$`\"\\").find(next()) != std::string_view::npos;
            word += escapes ? take() : c;
        }
        if (is_at_end()) {
            script_.problems.push_back({begin, "a quotation that begins here has no end"});
            return false;
        }
        take();
        return true;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    file_position place_;
    shell_script script_;
};

} // namespace

shell_script read_shell_script(std::string_view text) { return script_reader(text).read(); }

} // namespace plug
