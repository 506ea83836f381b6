#include "service/live_report.hpp"

#include "core/live_check.hpp"

#include <algorithm>
#include <iostream>

namespace plug {

namespace {

using verdict = finding::verdict;

const char* word_for(verdict judged) {
    switch (judged) {
    case verdict::good:
        return "ok     ";
    case verdict::doubtful:
        return "doubt  ";
    case verdict::wrong:
        break;
    }
    return "wrong  ";
}

} // namespace

int report_live(const live_check_command& asked) {
    std::cout << asked.file << std::flush;
    const auto found = check_live(asked.settings.engine);
    for (const auto& one : found) {
        std::cout << word_for(one.judged) << (one.plug.empty() ? "" : "plug " + one.plug + ": ")
                  << one.what << ' ' << one.outcome << '\n';
    }
    std::cout.flush();
    if (!std::cout.good()) {
        return asked.settings.exits.system;
    }
    const bool wrong =
        std::ranges::any_of(found, [](const auto& one) { return one.judged == verdict::wrong; });
    return wrong ? asked.settings.exits.configuration : 0;
}

} // namespace plug
