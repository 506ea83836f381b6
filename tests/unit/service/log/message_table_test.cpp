// The message table of the event log and the list in README.md are held against the table of
// events: an id that is missing there shows as an error in the viewer of Windows, where nothing of
// this is compiled.
#include "service/log/event_table.hpp"
#include "tests/unit/layout/source_scan.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>

namespace {

using plug::platform::event_id;
using plug::platform::severity;

const std::filesystem::path root = PLUG_SOURCE_DIR;

/// The entry of a row in platform/windows/messages.mc.
std::string entry_of(const plug::event_row& row) {
    std::string symbol(row.name);
    std::ranges::transform(symbol, symbol.begin(), [](unsigned char c) { return std::toupper(c); });
    return "\nMessageId=" + std::to_string(row.id) + "\nSeverity=Success\nSymbolicName=" + symbol +
           "\nLanguage=English\n" + std::string(row.meaning) + ".%n\n%1\n.\n";
}

/// The line of a row in the table of README.md.
std::string readme_line_of(const plug::event_row& row) {
    const std::string type = row.id < 200 ? "information" : row.id < 300 ? "warning" : "error";
    return "| " + std::to_string(row.id) + " | " + type + " | " + std::string(row.meaning) + " |\n";
}

event_id hundreds_of(severity level) {
    if (level == severity::error) {
        return 3;
    }
    return level == severity::warning ? 2 : 1;
}

} // namespace

BOOST_AUTO_TEST_SUITE(message_table)

BOOST_AUTO_TEST_CASE(every_event_has_a_name_and_an_id_of_its_own_that_tells_how_bad_it_is) {
    std::set<event_id> ids;
    std::set<std::string_view> names;
    for (const auto& row : plug::event_rows()) {
        BOOST_TEST(ids.insert(row.id).second, "id " << row.id << " is given twice");
        BOOST_TEST(names.insert(row.name).second, row.name << " is given twice");
        BOOST_TEST(row.id / 100 == hundreds_of(row.severity), "id " << row.id);
    }
}

BOOST_AUTO_TEST_CASE(the_message_table_has_an_entry_for_each_row_and_no_other) {
    const auto table = plug::layout::text_of(root / "platform/windows/messages.mc");
    std::string entries;
    for (const auto& row : plug::event_rows()) {
        const auto entry = entry_of(row);
        BOOST_TEST((table.find(entry) != std::string::npos),
                   "missing in platform/windows/messages.mc:\n"
                       << entry);
        entries += entry;
    }
    const auto head = std::min(table.find("\nMessageId="), table.size());
    BOOST_TEST((table.substr(head) == entries),
               "platform/windows/messages.mc has other entries than the table of events, or in "
               "another order");
}

BOOST_AUTO_TEST_CASE(the_readme_lists_every_row_and_no_other) {
    const auto readme = plug::layout::text_of(root / "README.md");
    const std::string title = "| id | type | what happened |\n|---|---|---|\n";
    std::string table = title;
    for (const auto& row : plug::event_rows()) {
        const auto line = readme_line_of(row);
        BOOST_TEST((readme.find(line) != std::string::npos), "missing in README.md: " << line);
        table += line;
    }
    BOOST_TEST((readme.find(table + "\n") != std::string::npos),
               "README.md has other events than the table of events, or in another order");
}

BOOST_AUTO_TEST_CASE(an_id_stays_what_it_was) {
    // Those that scripts and filters of users are most likely to name.
    BOOST_TEST(plug::describe(plug::plug_started{}).id == 100);
    BOOST_TEST(plug::describe(plug::nothing_to_run{}).id == 204);
    BOOST_TEST(plug::describe(plug::target_down{}).id == 300);
    BOOST_TEST(plug::describe(plug::start_failed{}).id == 303);
}

BOOST_AUTO_TEST_SUITE_END()
