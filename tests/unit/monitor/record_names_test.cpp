// The tables of what a session record can hold, and the list in README.md of what they have.
#include "core/monitor/session_record.hpp"
#include "tests/unit/layout/source_scan.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>

using namespace plug;

namespace {

/// README.md on one line.
std::string readme() {
    auto text = layout::text_of(std::filesystem::path(PLUG_SOURCE_DIR) / "README.md");
    std::ranges::replace(text, '\n', ' ');
    return text;
}

/// `name, name, name`.
template <typename Rows> std::string list_of(const Rows& rows) {
    std::string list;
    for (const auto& row : rows) {
        list += (list.empty() ? "" : ", ") + std::string(row.name);
    }
    return list;
}

} // namespace

BOOST_AUTO_TEST_SUITE(record_names)

BOOST_AUTO_TEST_CASE(every_end_has_a_name_of_its_own_and_a_phrase) {
    std::set<std::string_view> names;
    for (const auto& row : session_ends) {
        BOOST_TEST(names.insert(row.name).second, row.name << " stands there twice");
        BOOST_TEST(!row.phrase.empty(), row.name << " has no phrase");
        BOOST_TEST(name_of(row.value) == row.name);
    }
}

BOOST_AUTO_TEST_CASE(only_an_end_in_order_is_that_of_the_side_which_ended_first) {
    for (const auto& row : session_ends) {
        BOOST_TEST(row.ended_by.has_value() == (row.value != session_end::completed), row.name);
    }
}

BOOST_AUTO_TEST_CASE(the_readme_lists_every_end_party_and_phase) {
    const auto text = readme();
    const auto has = [&](const std::string& sentence) {
        BOOST_TEST((text.find(sentence) != std::string::npos), "not in README.md: " << sentence);
    };
    has("`end` says what ended it: " + list_of(session_ends) + ";");
    has("`ended_by` from where that came: " + names_in<session_party>(session_parties) + ";");
    has("`phase` is " + names_in<session_phase>(session_phases) + ";");
}

BOOST_AUTO_TEST_SUITE_END()
