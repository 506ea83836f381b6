#include "service/file/changes.hpp"

#include "service/file/key_names.hpp"
#include "service/file/secrets.hpp"
#include "service/file/tables.hpp"

#include <map>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace plug {

namespace {

/// The entries of the tables of a file, by table, in the order in which they stand there.
struct entries_by_table {
    std::vector<std::string> names;
    std::map<std::string, std::vector<std::string>> entries;
};

std::string line_of(const written_entry& entry) { return entry.key + " = " + entry.value; }

/// The table of a target is one entry of its plug.
std::string line_of(const written_table& target) {
    std::string line;
    for (const auto& entry : target.entries) {
        line += (line.empty() ? "target = " : ", ") + line_of(entry);
    }
    return line;
}

entries_by_table entries_of(const settings& described) {
    entries_by_table all;
    for (const auto& table : tables_of(described, false)) {
        const auto name = "[" + table.name + "]";
        auto& entries = all.entries[name];
        if (table.is_target) {
            entries.push_back(line_of(table));
            continue;
        }
        all.names.push_back(name);
        for (const auto& entry : table.entries) {
            entries.push_back(line_of(entry));
        }
    }
    return all;
}

/// The entries of `some` that `others` do not have, as often as they have them more.
std::vector<std::string> missing_from(const std::vector<std::string>& others,
                                      const std::vector<std::string>& some) {
    std::unordered_map<std::string_view, std::size_t> left;
    for (const auto& entry : others) {
        ++left[entry];
    }
    std::vector<std::string> missing;
    for (const auto& entry : some) {
        const auto found = left.find(entry);
        if (found == left.end() || found->second == 0) {
            missing.push_back(entry);
        } else {
            --found->second;
        }
    }
    return missing;
}

/// A secret, and what to say where it alone has changed.
struct secret {
    std::string change;
    std::string value;
};

void add_secret(std::map<std::string, secret>& found, const std::string& change,
                const std::optional<check_config>& check) {
    if (check && !check->send.empty()) {
        found[change] = {change, check->send};
    }
}

/// By what is shown of it.
std::map<std::string, secret> secrets_of(const settings& described) {
    std::map<std::string, secret> found;
    for (const auto& plug : described.engine.plugs) {
        const auto table = "[plug." + plug.name + "] ";
        if (plug.via && !plug.via->credentials.empty()) {
            const auto& credentials = plug.via->credentials;
            found[table + credentials.substr(0, credentials.find(':'))] = {
                table + "via has another password", credentials};
        }
        add_secret(found, table + "check sends something else", plug.check);
        for (const auto& target : plug.targets) {
            add_secret(found,
                       table + "the check of " + to_text(target.where) + " sends something else",
                       target.check);
        }
    }
    return found;
}

/// Where that is all that changed.
void tell_other_secrets(const settings& before, const settings& after,
                        std::vector<std::string>& changes) {
    const auto then = secrets_of(before);
    for (const auto& [shown, now] : secrets_of(after)) {
        const auto old = then.find(shown);
        if (old != then.end() && old->second.value != now.value) {
            changes.push_back(now.change);
        }
    }
}

} // namespace

std::vector<std::string> changes_between(const settings& before, const settings& after) {
    auto old_tables = entries_of(without_secrets(before));
    auto new_tables = entries_of(without_secrets(after));
    auto names = old_tables.names;
    const auto added = missing_from(names, new_tables.names);
    names.insert(names.end(), added.begin(), added.end());
    std::vector<std::string> changes;
    for (const auto& name : names) {
        const auto& old_entries = old_tables.entries[name];
        const auto& new_entries = new_tables.entries[name];
        for (const auto& gone : missing_from(new_entries, old_entries)) {
            changes.push_back(name + " - " + gone);
        }
        for (const auto& come : missing_from(old_entries, new_entries)) {
            changes.push_back(name + " + " + come);
        }
    }
    tell_other_secrets(before, after, changes);
    return changes;
}

std::vector<std::string> waiting_changes(const settings& before, const settings& after) {
    std::vector<std::string> waiting;
    for (const auto& option : long_options()) {
        if (option.traits.waits && !option.value.equal(&before, &after)) {
            waiting.push_back(table_of(option.group.scope) + " " + key_of(option.form.name));
        }
    }
    return waiting;
}

} // namespace plug
