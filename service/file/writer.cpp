#include "service/file/writer.hpp"

#include "service/file/tables.hpp"

namespace plug {

namespace {

std::string header_of(const written_table& table) {
    return table.is_target ? "[[" + table.name + ".target]]\n" : "[" + table.name + "]\n";
}

std::string line_of(const written_entry& entry) {
    return entry.value.empty() ? "# " + entry.key + " is not set: " + entry.unset + "\n"
                               : entry.key + " = " + entry.value + "\n";
}

/// `opening` stands at the beginning of [process].
std::string text_of(const std::vector<written_table>& tables, const std::string& opening = {}) {
    std::string text;
    for (const auto& table : tables) {
        text += (text.empty() ? "" : "\n") + header_of(table);
        text += table.name == "process" ? opening : "";
        for (const auto& entry : table.entries) {
            text += line_of(entry);
        }
    }
    return text;
}

} // namespace

std::string plugs_of(const settings& described) {
    auto tables = tables_of(described, false);
    std::erase_if(tables, [](const written_table& table) { return table.name == "process"; });
    return text_of(tables);
}

process_table process_values(const settings& described) {
    process_table values;
    for (const auto& entry : process_entries(described, true)) {
        if (!entry.value.empty()) {
            values.emplace(entry.key, entry.value);
        }
    }
    return values;
}

std::vector<process_difference> differences_between(const process_table& one,
                                                    const process_table& other) {
    const auto value_in = [](const process_table& table, const std::string& key) {
        const auto entry = table.find(key);
        return entry == table.end() ? std::string("not set") : entry->second;
    };
    auto all = one;
    all.insert(other.begin(), other.end());
    std::vector<process_difference> differences;
    for (const auto& [key, value] : all) {
        if (value_in(one, key) != value_in(other, key)) {
            differences.push_back({key, value_in(one, key), value_in(other, key)});
        }
    }
    return differences;
}

std::string file_of(const settings& described) { return text_of(tables_of(described, false)); }

std::string whole_file_of(const settings& described, bool foreground) {
    return text_of(tables_of(described, true), described.detach ? "detach = true\n"
                                               : foreground     ? "foreground = true\n"
                                                                : "");
}

} // namespace plug
