// How options read their values into the line: one that cannot be read is a problem of the line.
#pragma once

#include "service/options/draft.hpp"
#include "service/text/units.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace plug {

/// Reads a count from 1 to `most` into `into`, which holds a Number or none yet.
template <typename Number, typename Into>
void take_count(line_3& line, const char* option, const std::string& value, std::uint64_t most,
                Into& into) {
    auto read = parse_count(value, 1, most);
    if (read) {
        into = static_cast<Number>(*read);
    } else {
        line.problems.push_back({option, std::move(read.why)});
    }
}

/// Reads a duration into `into`, in whole units of its type.
template <typename Duration>
void take_duration(line_3& line, const char* option, const std::string& value,
                   std::string_view likely_unit, Duration& into) {
    auto read = parse_duration(value, likely_unit, Duration(1));
    if (read) {
        into = std::chrono::duration_cast<Duration>(*read);
    } else {
        line.problems.push_back({option, std::move(read.why)});
    }
}

/// As take_duration(), but `word` stands for no duration at all.
void take_duration_or(line_3& line, const char* option, const std::string& value,
                      std::string_view word, std::optional<std::chrono::milliseconds>& into);

} // namespace plug
