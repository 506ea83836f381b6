#include "service/file/target_table.hpp"

#include "service/file/check_table.hpp"
#include "service/text/nearest_word.hpp"
#include "service/text/units.hpp"

#include <array>
#include <string_view>

namespace plug {

namespace {

using kind = file_value::kind;

constexpr std::array<std::string_view, 6> keys{"address",         "name", "weight", "backup",
                                               "max_connections", "check"};

/// Whether the entry has a value of that kind; complains where not.
bool is(kind wanted, const file_value& entry, const char* form, file_notes& notes) {
    if (entry.what != wanted) {
        notes.complain(entry.at, entry.key, std::string("takes ") + form);
    }
    return entry.what == wanted;
}

void read_max_connections(const file_value& entry, target_config& target, file_notes& notes) {
    if (!is(kind::number, entry, "a whole number, 1 to 10000000, without quotation marks", notes)) {
        return;
    }
    const auto read = parse_count(entry.text, connection_limits.least, connection_limits.most);
    if (read) {
        target.max_connections = static_cast<std::uint32_t>(*read);
    } else {
        notes.complain(entry.at, entry.key, read.why);
    }
}

void read_weight(const file_value& entry, target_config& target, file_notes& notes) {
    if (!is(kind::number, entry, "a whole number, 0 to 1000, without quotation marks", notes)) {
        return;
    }
    const auto read =
        parse_count(entry.text, target_config::weights.least, target_config::weights.most);
    if (read) {
        target.weight = static_cast<std::uint32_t>(*read);
    } else {
        notes.complain(entry.at, entry.key, read.why);
    }
}

void refuse(const file_value& entry, file_notes& notes) {
    const auto meant = nearest_word(entry.key, keys);
    notes.complain(entry.key_at, entry.key,
                   "is no key of [[plug.NAME.target]]; " +
                       (meant.empty() ? "it has address, name, weight, backup, "
                                        "max_connections and check"
                                      : "did you mean " + std::string(meant) + "?"));
}

} // namespace

void read_target_settings(const file_value& table, const line_3& plug, target_config& target,
                          file_notes& notes) {
    for (const auto& entry : table.parts) {
        if (entry.key == "weight") {
            read_weight(entry, target, notes);
        } else if (entry.key == "max_connections") {
            read_max_connections(entry, target, notes);
        } else if (entry.key == "backup") {
            if (is(kind::flag, entry, "true or false", notes)) {
                target.backup = entry.is_true;
            }
        } else if (entry.key == "name") {
            if (is(kind::text, entry, "a text in quotation marks", notes)) {
                target.name = entry.text;
            }
        } else if (entry.key == "check") {
            read_target_check(entry, plug, target, notes);
        } else if (entry.key != "address") {
            refuse(entry, notes);
        }
    }
}

} // namespace plug
