#include "service/file/check_table.hpp"

#include "service/file/entries.hpp"
#include "service/file/key_names.hpp"
#include "service/options/check_options.hpp"
#include "service/text/nearest_word.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace plug {

namespace {

using kind = file_value::kind;

void refuse(const file_value& entry, file_notes& notes) {
    std::vector<std::string_view> keys{"kind"};
    for (const auto& option : long_options()) {
        if (const auto detail = detail_of_check(option); !detail.empty()) {
            keys.push_back(detail);
        }
    }
    const auto meant = nearest_word(entry.key, keys);
    notes.complain(entry.key_at, entry.key,
                   "is no key of a check; " +
                       (meant.empty() ? "it has kind, interval, timeout, rise, fall and those of "
                                        "its kind; plug --help tells them as --check-..."
                                      : "did you mean " + std::string(meant) + "?"));
}

void read_check_table(line_3& into, const std::string& plug, const file_value& table,
                      file_notes& notes) {
    // Another kind takes back what was inherited, so it comes first.
    auto entries = table.parts;
    std::ranges::stable_partition(entries, [](const auto& entry) { return entry.key == "kind"; });
    for (const auto& entry : entries) {
        const auto* option =
            entry.key == "kind" ? find_key("check") : find_key("check_" + entry.key);
        if (option == nullptr) {
            refuse(entry, notes);
        } else {
            read_option(into, plug, entry, *option, notes);
        }
    }
    if (!into.has_check) {
        notes.complain(table.at, "check", "needs its kind, such as kind = \"tcp\"");
        forget_details_of_check(into);
    }
}

} // namespace

bool is_check(const file_value& entry) { return entry.key == "check"; }

void read_check(line_3& into, const std::string& plug, const file_value& entry, file_notes& notes) {
    notes.note(plug, "check", entry.what == kind::table ? entry.key_at : entry.at);
    if (entry.what == kind::table) {
        read_check_table(into, plug, entry, notes);
    } else if (entry.what == kind::flag && !entry.is_true) {
        drop_check(into);
    } else if (entry.what == kind::text) {
        read_option(into, plug, entry, *find_key("check"), notes);
    } else {
        notes.complain(entry.at, entry.key,
                       "takes a kind in quotation marks, such as \"tcp\", a table such as { kind = "
                       "\"tcp\", interval = \"2s\" }, or false for none");
    }
}

void read_target_check(const file_value& entry, const line_3& plug, target_config& target,
                       file_notes& notes) {
    auto scratch = empty_line_3();
    scratch.check = plug.check;
    scratch.has_check = plug.has_check;
    scratch.said = plug.said;
    scratch.inherited = plug.inherited;
    inherit(scratch);
    // Under a name of its own, as what is noted of the plug stays where it is.
    read_check(scratch, plug.settings.engine.plugs.front().name + " target", entry, notes);
    settle_check(scratch);
    notes.claim(scratch.problems, entry.at);
    target.check = plug_of(scratch).check;
}

} // namespace plug
