// Reads command lines in tests as a shell without quoting would split them.
#pragma once

#include "service/commands/dispatch.hpp"

#include <boost/test/unit_test.hpp>

#include <sstream>
#include <string>
#include <vector>

namespace plug::test {

inline std::vector<std::string> words_of(const std::string& line) {
    std::istringstream stream(line);
    std::vector<std::string> words;
    for (std::string word; stream >> word;) {
        words.push_back(word);
    }
    return words;
}

inline command parse(const std::string& line, bool is_supervised = false) {
    return parse_command_line(words_of(line), is_supervised);
}

/// Every problem as `where: what`, a line each.
inline std::string told(const std::vector<problem>& problems) {
    std::string all;
    for (const auto& one : problems) {
        all += one.where + ": " + one.what + "\n";
    }
    return all;
}

/// The settings of a line that must be good.
inline settings run(const std::string& line, bool is_supervised = false) {
    auto made = parse(line, is_supervised);
    if (const auto* error = std::get_if<usage_error>(&made)) {
        BOOST_FAIL("'" << line << "' was refused: " << told(error->problems));
    }
    BOOST_REQUIRE_MESSAGE(std::holds_alternative<run_command>(made),
                          "'" << line << "' runs no plug");
    return std::get<run_command>(made).settings;
}

inline plug_config plug_of(const std::string& line) { return run(line).engine.plugs.at(0); }

/// How a line that must be bad is refused.
inline usage_error refusal(const std::string& line) {
    auto made = parse(line);
    BOOST_REQUIRE_MESSAGE(std::holds_alternative<usage_error>(made), "'" << line << "' was taken");
    return std::get<usage_error>(made);
}

/// The problems of a line that must be bad.
inline std::string reasons(const std::string& line) { return told(refusal(line).problems); }

inline bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

/// What a line prints.
inline std::string printed(const std::string& line) {
    auto made = parse(line);
    BOOST_REQUIRE_MESSAGE(std::holds_alternative<print_command>(made),
                          "'" << line << "' prints nothing");
    return std::get<print_command>(made).text;
}

} // namespace plug::test
