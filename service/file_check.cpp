#include "service/file_check.hpp"

#include "service/check_options.hpp"
#include "service/file_options.hpp"
#include "service/file_words.hpp"
#include "service/nearest_word.hpp"

#include <string_view>
#include <vector>

namespace plug {

namespace {

using kind = file_value::kind;

void refuse(const file_value& entry, file_notes& notes) {
    std::vector<std::string_view> keys{"kind"};
    for (const auto& option : long_options()) {
        if (const auto detail = detail_of_check(option.form.name); !detail.empty()) {
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

} // namespace

bool is_check_table(const file_value& entry) {
    return entry.key == "check" && entry.what == kind::table;
}

void read_check_table(line_3& into, const std::string& plug, const file_value& table,
                      file_notes& notes) {
    for (auto entry : table.parts) {
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
        into.check_details.clear();
    }
}

void read_target_check(const file_value& entry, const plug_config& plug, target_config& target,
                       file_notes& notes) {
    auto scratch = empty_line_3();
    if (plug.check) {
        scratch.check = *plug.check;
        scratch.has_check = true;
    }
    // Under a name of its own, as what is noted of the plug stays where it is.
    const auto name = plug.name + " target";
    if (entry.what == kind::table) {
        read_check_table(scratch, name, entry, notes);
    } else {
        read_option(scratch, name, entry, *find_key("check"), notes);
    }
    settle_check(scratch);
    notes.claim(scratch.problems, entry.at);
    target.check = scratch.settings.engine.plugs.front().check;
}

} // namespace plug
