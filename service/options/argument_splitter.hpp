// Takes the words of a command line apart into options and positionals, by Boost.Program_options,
// and goes on after a fault, so that all faults are told at once.
#pragma once

#include "core/config/validate.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plug {

/// One option as a command line knows it.
struct option_form {
    /// Without dashes. A 2.x option has one letter, a 3.0 option a long name.
    std::string_view name;
    /// What stands for the value in help, such as `ADDRESS`; empty = a flag.
    std::string_view value;
};

enum class option_style {
    /// `-x`, bundled, values attached or next.
    letters,
    /// `--name`, `--name value`, `--name=value`; not abbreviated.
    long_names
};

/// An option that was given, or a positional, in the order of the line.
struct given_word {
    /// As in option_form; empty = a positional.
    std::string option;
    /// The option's value, or the positional itself.
    std::string value;
};

struct split_words {
    std::vector<given_word> given;
    std::vector<problem> problems;
};

/// Reads `words`. What follows a word `--` is positional. An option that is not among `forms` is a
/// problem that names what was most likely meant.
split_words read_words(std::vector<std::string> words, std::span<const option_form> forms,
                       option_style style);

} // namespace plug
