// What long_options() does not hold as data yet, for the JSON of help.
#pragma once

#include "service/options/table.hpp"

#include <string_view>
#include <vector>

namespace plug {

struct option_facts {
    /// All values that are words, such as the names of policies.
    std::vector<std::string_view> words;
    /// Its value is, or may be, the path of a file or a folder.
    bool is_path = false;
    /// What holds when it is not given, as help has it; empty = help has nothing.
    std::string_view by_default;
    /// Its letter in a line of 2.x; 0 = it has none.
    char letter = 0;
};

[[nodiscard]] option_facts facts_of(const long_option& option);

} // namespace plug
