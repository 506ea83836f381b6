#include "service/options/values.hpp"

namespace plug {

void take_duration_or(line_3& line, const char* option, const std::string& value,
                      std::string_view word, std::optional<std::chrono::milliseconds>& into) {
    if (value == word) {
        into.reset();
        return;
    }
    auto duration = into.value_or(std::chrono::milliseconds(0));
    const auto before = line.problems.size();
    take_duration(line, option, value, "s", duration);
    if (line.problems.size() == before) {
        into = duration;
    } else {
        line.problems.back().what += ", or write '" + std::string(word) + "'";
    }
}

} // namespace plug
