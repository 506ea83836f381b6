#include "service/file/changes.hpp"

#include "core/config/characters.hpp"
#include "service/file/secrets.hpp"
#include "service/file/writer.hpp"

#include <map>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace plug {

namespace {

/// The entries of the tables of a file, by table, in the order in which they stand there.
struct tables {
    std::vector<std::string> names;
    std::map<std::string, std::vector<std::string>> entries;

    std::vector<std::string>& table(const std::string& name) {
        if (!entries.contains(name)) {
            names.push_back(name);
        }
        return entries[name];
    }
};

/// `[[plug.NAME.target]]` -> `[plug.NAME]`, as what it holds is one entry of that plug.
std::string owner_of(const std::string& header) {
    const auto end = header.rfind('.');
    return header.substr(1, end - 1) + "]";
}

tables tables_of(const settings& described) {
    tables made;
    std::string name;
    bool is_element = false;
    const auto text = file_of(described);
    for (const auto part : split(text, '\n')) {
        const std::string line(part);
        if (line.starts_with("[[")) {
            is_element = true;
            name = owner_of(line);
            made.table(name).emplace_back("target =");
        } else if (line.starts_with('[')) {
            is_element = false;
            name = line;
            made.table(name);
        } else if (is_element && !line.empty()) {
            auto& element = made.table(name).back();
            element += (element.ends_with('=') ? " " : ", ") + line;
        } else if (!line.empty() && !line.starts_with('#')) {
            made.table(name).push_back(line);
        }
    }
    return made;
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
    auto old_tables = tables_of(without_secrets(before));
    auto new_tables = tables_of(without_secrets(after));
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
    if (before.engine.threads != after.engine.threads) {
        waiting.emplace_back("[process] threads");
    }
    if (before.engine.spin != after.engine.spin) {
        waiting.emplace_back("[process] spin");
    }
    if (before.pid_file != after.pid_file) {
        waiting.emplace_back("[process] pid_file");
    }
    if (before.control != after.control) {
        waiting.emplace_back("[process] control");
    }
    if (before.log_to != after.log_to) {
        waiting.emplace_back("[process] log_to");
    }
    if (before.user != after.user) {
        waiting.emplace_back("[process] user");
    }
    if (before.group != after.group) {
        waiting.emplace_back("[process] group");
    }
    if (before.chroot != after.chroot) {
        waiting.emplace_back("[process] chroot");
    }
    return waiting;
}

} // namespace plug
