// The message table of the event log is held against the list of events: an id that is missing
// there shows as an error in the viewer of Windows, where nothing of this is compiled.
#include "service/log/event_table.hpp"
#include "tests/unit/layout/source_scan.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <map>
#include <regex>
#include <set>
#include <string>

namespace {

using plug::platform::event_id;
using plug::platform::severity;

const std::filesystem::path root = PLUG_SOURCE_DIR;

/// id -> its general text, of platform/windows/messages.mc.
std::map<event_id, std::string> messages() {
    static const std::regex entry("MessageId=(\\d+)\nSeverity=Success\nSymbolicName=\\w+\n"
                                  "Language=English\n(.*)%n\n%1\n\\.\n");
    const auto text = plug::layout::text_of(root / "platform/windows/messages.mc");
    std::map<event_id, std::string> found;
    for (std::sregex_iterator at(text.begin(), text.end(), entry), end; at != end; ++at) {
        const auto id = static_cast<event_id>(std::stoi((*at)[1]));
        BOOST_TEST(found.emplace(id, (*at)[2]).second, "id " << id << " stands there twice");
    }
    return found;
}

/// The rows of every alternative of plug::event, each made from nothing.
template <std::size_t index = 0> void add_rows(std::vector<plug::event_text>& rows) {
    if constexpr (index < std::variant_size_v<plug::event>) {
        rows.push_back(plug::describe(plug::event(std::in_place_index<index>)));
        add_rows<index + 1>(rows);
    }
}

std::vector<plug::event_text> all_rows() {
    std::vector<plug::event_text> rows{plug::describe_fully({})};
    add_rows(rows);
    return rows;
}

event_id hundreds_of(severity level) {
    if (level == severity::error) {
        return 3;
    }
    return level == severity::warning ? 2 : 1;
}

} // namespace

BOOST_AUTO_TEST_SUITE(message_table)

BOOST_AUTO_TEST_CASE(every_event_has_an_id_of_its_own_that_tells_how_bad_it_is) {
    std::set<event_id> seen;
    for (const auto& row : all_rows()) {
        BOOST_TEST(seen.insert(row.id).second, "id " << row.id << " is given twice");
        BOOST_TEST(row.id / 100 == hundreds_of(row.severity), "id " << row.id);
    }
}

BOOST_AUTO_TEST_CASE(the_message_table_has_the_ids_of_the_events_and_no_others) {
    const auto table = messages();
    std::set<event_id> of_events;
    for (const auto& row : all_rows()) {
        of_events.insert(row.id);
        BOOST_TEST(table.contains(row.id), "no message for " << row.id << ": " << row.text);
    }
    for (const auto& [id, text] : table) {
        BOOST_TEST(of_events.contains(id), "no event has the id " << id << ": " << text);
    }
}

BOOST_AUTO_TEST_CASE(the_readme_lists_every_id_with_its_type_and_text) {
    const auto readme = plug::layout::text_of(root / "README.md");
    for (const auto& [id, text] : messages()) {
        const std::string type = id < 200 ? "information" : id < 300 ? "warning" : "error";
        const auto row = "| " + std::to_string(id) + " | " + type + " | " +
                         text.substr(0, text.size() - 1) + " |\n";
        BOOST_TEST((readme.find(row) != std::string::npos), "not in README.md: " << row);
    }
}

BOOST_AUTO_TEST_CASE(an_id_stays_what_it_was) {
    // Those that scripts and filters of users are most likely to name.
    BOOST_TEST(plug::describe(plug::plug_started{}).id == 100);
    BOOST_TEST(plug::describe(plug::nothing_to_run{}).id == 204);
    BOOST_TEST(plug::describe(plug::target_down{}).id == 300);
    BOOST_TEST(plug::describe(plug::start_failed{}).id == 303);
}

BOOST_AUTO_TEST_SUITE_END()
