#include "service/options/argument_splitter.hpp"

#include "core/config/characters.hpp"
#include "service/text/nearest_word.hpp"

#include <boost/program_options/errors.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>

#include <algorithm>
#include <iterator>

namespace plug {

namespace {

namespace po = boost::program_options;
using style_t = po::command_line_style::style_t;

constexpr int letters_style = style_t::allow_short | style_t::allow_dash_for_short |
                              style_t::short_allow_next | style_t::short_allow_adjacent |
                              style_t::allow_sticky;
constexpr int long_style =
    style_t::allow_long | style_t::long_allow_next | style_t::long_allow_adjacent;

/// A reader of one line: what Program_options found, and what it stumbled over.
class words_reader {
public:
    words_reader(std::vector<std::string> words, std::span<const option_form> forms,
                 option_style style)
        : words_(std::move(words)), forms_(forms), letters_(style == option_style::letters) {
        for (const auto& form : forms) {
            const auto name = letters_ ? "," + std::string(form.name) : std::string(form.name);
            if (form.value.empty()) {
                description_.add_options()(name.c_str(), "");
            } else {
                description_.add_options()(name.c_str(), po::value<std::string>(), "");
            }
        }
    }

    split_words read() {
        if (!letters_) {
            take_out_what_is_misread();
        }
        const auto parsed = parse();
        for (std::size_t i = 0; i < parsed.size(); ++i) {
            const bool positional = is_positional(parsed[i]);
            if (!positional && parsed[i].unregistered) {
                // Where the option that was meant takes a value, the next word is that value.
                const bool bare = parsed[i].original_tokens.front().find('=') == std::string::npos;
                const bool swallows = refuse_unknown(parsed[i]) && bare && !letters_;
                i += swallows && i + 1 < parsed.size() && is_positional(parsed[i + 1]) ? 1 : 0;
                continue;
            }
            const auto value = parsed[i].value.empty() ? std::string() : parsed[i].value.front();
            result_.given.push_back({positional ? "" : name_of(parsed[i]), value});
        }
        return std::move(result_);
    }

private:
    using options = std::vector<po::option>;

    /// Program_options takes the next option for a missing value, and `--=x` for a positional.
    void take_out_what_is_misread() {
        for (auto word = words_.begin(); word != words_.end() && *word != "--";) {
            const auto next = std::next(word);
            const bool no_value = next != words_.end() && next->starts_with("--");
            if (word->starts_with("--=")) {
                note_unknown(*word);
            } else if (no_value && word->starts_with("--") && ends_in_valued_option(*word)) {
                note_missing_value(*word);
            } else {
                ++word;
                continue;
            }
            word = words_.erase(word);
        }
    }

    /// Program_options stops at the first fault: note it, take that word out, and try again.
    options parse() {
        for (;;) {
            try {
                return po::command_line_parser(words_)
                    .options(description_)
                    .style(letters_ ? letters_style : long_style)
                    .allow_unregistered()
                    .run()
                    .options;
            } catch (const po::invalid_command_line_syntax& fault) {
                if (!take_out_faulty_word(fault)) {
                    result_.problems.push_back({"the command line", fault.what()});
                    return {};
                }
            }
        }
    }

    bool take_out_faulty_word(const po::invalid_command_line_syntax& fault) {
        for (auto word = words_.begin(); word != words_.end() && *word != "--"; ++word) {
            const bool last = std::next(word) == words_.end();
            if (is_faulty(*word, last ? "" : *std::next(word), fault)) {
                words_.erase(word);
                return true;
            }
        }
        return false;
    }

    /// Whether `word` is the one that `fault` is about; notes the problem if so.
    bool is_faulty(const std::string& word, const std::string& next,
                   const po::invalid_command_line_syntax& fault) {
        using fault_t = po::invalid_command_line_syntax;
        if (fault.kind() == fault_t::missing_parameter) {
            const bool no_value = next.empty() || (next.size() > 1 && next.front() == '-');
            return no_value && ends_in_valued_option(word) && note_missing_value(word);
        }
        const auto equals = word.find('=');
        if (!word.starts_with("--") || equals == std::string::npos) {
            return false;
        }
        const auto* form = form_of(word.substr(2, equals - 2));
        if (fault.kind() == fault_t::empty_adjacent_parameter && equals + 1 == word.size()) {
            form != nullptr ? note_missing_value(word.substr(0, equals))
                            : note_unknown(word.substr(0, equals));
            return true;
        }
        if (fault.kind() == fault_t::extra_parameter && form != nullptr && form->value.empty()) {
            result_.problems.push_back({word, "is a flag and takes no value"});
            return true;
        }
        return false;
    }

    /// Whether the value of an option would be the word behind `word`.
    bool ends_in_valued_option(const std::string& word) const {
        if (word.size() < 2 || word.front() != '-') {
            return false;
        }
        if (!letters_) {
            const auto* form = form_of(word.substr(2));
            return form != nullptr && !form->value.empty();
        }
        for (std::size_t i = 1; i < word.size(); ++i) {
            const auto* form = form_of(word.substr(i, 1));
            if (form == nullptr || !form->value.empty()) {
                return form != nullptr && i + 1 == word.size();
            }
        }
        return false;
    }

    bool note_missing_value(const std::string& word) {
        const auto name = letters_ ? word.substr(word.size() - 1) : word.substr(2);
        const auto* form = form_of(name);
        if (form->value.empty()) {
            result_.problems.push_back({word + "=", "is a flag and takes no value"});
        } else {
            result_.problems.push_back(
                {letters_ ? "-" + name : word, "needs a value: " + std::string(form->value)});
        }
        return true;
    }

    /// Whether what was most likely meant takes a value.
    bool note_unknown(const std::string& written) {
        std::vector<std::string_view> names;
        for (const auto& form : forms_) {
            names.push_back(form.name);
        }
        const auto meant = nearest_word(std::string_view(written).substr(2), names);
        result_.problems.push_back(
            {written, meant.empty()
                          ? "is no option of plug; see plug --help"
                          : "is no option of plug; did you mean --" + std::string(meant) + "?"});
        return !meant.empty() && !form_of(meant)->value.empty();
    }

    bool refuse_unknown(const po::option& option) {
        const auto& written = option.original_tokens.front();
        if (!letters_) {
            return note_unknown(written.substr(0, written.find('=')));
        }
        note_unknown_letter(name_of(option));
        return false;
    }

    void note_unknown_letter(const std::string& letter) {
        const char other =
            is_letter(letter.front()) ? static_cast<char>(letter.front() ^ 0x20) : letter.front();
        const bool meant = form_of(std::string(1, other)) != nullptr;
        const auto advice = meant ? "; did you mean -" + std::string(1, other) + "?"
                            : is_digit(letter.front()) ? "; ports and addresses have no sign"
                                                       : "";
        result_.problems.push_back({"-" + letter, "is no option of the 2.x command line" + advice});
    }

    const option_form* form_of(std::string_view name) const {
        const auto found = std::find_if(forms_.begin(), forms_.end(),
                                        [&](const option_form& form) { return form.name == name; });
        return found == forms_.end() ? nullptr : &*found;
    }

    static std::string name_of(const po::option& option) {
        const auto& key = option.string_key;
        return key.substr(std::min(key.find_first_not_of('-'), key.size()));
    }

    static bool is_positional(const po::option& option) { return option.string_key.empty(); }

    std::vector<std::string> words_;
    std::span<const option_form> forms_;
    bool letters_;
    po::options_description description_;
    split_words result_;
};

} // namespace

split_words read_words(std::vector<std::string> words, std::span<const option_form> forms,
                       option_style style) {
    return words_reader(std::move(words), forms, style).read();
}

} // namespace plug
