#include "service/file/tables.hpp"

#include "core/config/characters.hpp"
#include "service/file/key_names.hpp"
#include "service/options/check_options.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <iterator>
#include <span>

namespace plug {

namespace {

using entries = std::vector<written_entry>;

std::string toml_list(const std::vector<std::string>& contents) {
    std::string list;
    for (const auto& content : contents) {
        list += (list.empty() ? "" : ", ") + toml_text(content);
    }
    return "[" + list + "]";
}

/// The value that is printed as `texts`; empty = none.
std::string toml_value(value_form form, const std::vector<std::string>& texts) {
    switch (form) {
    case value_form::flag:
        return texts.empty() ? "false" : "true";
    case value_form::times:
        return std::to_string(texts.size());
    case value_form::number:
        return texts.empty() ? "" : texts.front();
    case value_form::list:
        return texts.empty() ? "" : toml_list(texts);
    case value_form::duration:
    case value_form::text:
        break;
    }
    return texts.empty() ? "" : toml_text(texts.front());
}

std::string value_in(const long_option& option, const option_owner& owner) {
    return toml_value(option.value.form, option.value.print(owner, option));
}

bool is_usual(const long_option& option, const option_owner& owner) {
    return option.value.equal(owner, owner_in(usual_line_3(), option));
}

/// The name of a plug as part of a table's name; bare where TOML allows that.
std::string key_of_plug(const std::string& name) {
    const bool is_bare = !name.empty() && std::ranges::all_of(name, [](char c) {
        return is_letter(c) || is_digit(c) || c == '-' || c == '_';
    });
    return is_bare ? name : toml_text(name);
}

/// `"http"` where all else is as usual and `whole` does not ask for it, or
/// `{ kind = "http", interval = "2s", ... }`, which says all that means something to its kind.
std::string check_value(const check_config& check, bool whole) {
    check_config usual;
    usual.kind = check.kind;
    const auto kind = toml_text(name_of(check.kind));
    if (!whole && check == usual) {
        return kind;
    }
    std::string table = "{ kind = " + kind;
    for (const auto& option : long_options()) {
        if (!is_detail_of_check(option) || !is_of_kind(option, check.kind)) {
            continue;
        }
        if (const auto value = value_in(option, &check); !value.empty()) {
            table += ", " + std::string(detail_of_check(option)) + " = " + value;
        }
    }
    return table + " }";
}

/// Adds the options of `owner`, which is a plug or the settings; what the line alone says, and the
/// details of a check, have another place.
template <typename Owner> void add_options(entries& table, const Owner& owner, bool whole) {
    for (const auto& option : long_options()) {
        const auto usual = owner_in(usual_line_3(), option);
        if (!std::holds_alternative<const Owner*>(usual) || (!whole && is_usual(option, &owner))) {
            continue;
        }
        auto value = value_in(option, &owner);
        auto unset = std::string(option.traits.unset);
        if constexpr (std::is_same_v<Owner, plug_config>) {
            if (option.form.name == "check" && owner.check) {
                value = check_value(*owner.check, whole);
            }
            if (!has_what_it_needs(option, &owner)) { // inherited from [defaults]
                value.clear();
                unset = "it means nothing without " + key_of(option.traits.needs);
            }
        }
        if (whole || !value.empty()) {
            table.push_back({key_of(option.form.name), std::move(value), std::move(unset)});
        }
    }
}

bool needs_a_table(const target_config& target) {
    return target.backup || target.weight != 1 || !target.name.empty() || target.check ||
           target.max_connections;
}

/// The targets that have tables: the first that needs one and, to keep their order, all behind it.
std::span<const target_config> described_targets(const plug_config& plug) {
    return {std::ranges::find_if(plug.targets, needs_a_table), plug.targets.end()};
}

entries target_entries(const target_config& target, const plug_config& plug, bool whole) {
    entries table{{"address", toml_text(to_text(target.where))}};
    if (!target.name.empty()) {
        table.push_back({"name", toml_text(target.name)});
    }
    if (target.weight != 1 || whole) {
        table.push_back({"weight", std::to_string(target.weight)});
    }
    if (target.backup || whole) {
        table.push_back({"backup", target.backup ? "true" : "false"});
    }
    if (target.max_connections) {
        table.push_back({"max_connections", std::to_string(*target.max_connections)});
    }
    if (target.check) { // beside one of the plug, what it does not say would be inherited
        table.push_back({"check", check_value(*target.check, plug.check.has_value())});
    }
    return table;
}

std::string listen_text(const listen_address& listen) {
    return to_text(listen) + (listen.outgoing.empty() ? "" : "/" + listen.outgoing);
}

void add_plug(std::vector<written_table>& tables, const plug_config& plug, bool whole) {
    const auto name = "plug." + key_of_plug(plug.name);
    std::vector<std::string> listens;
    std::ranges::transform(plug.listen, std::back_inserter(listens), listen_text);
    entries table{{"listen", toml_list(listens)}};
    const auto described = described_targets(plug);
    const auto simple = std::span(plug.targets).first(plug.targets.size() - described.size());
    if (!simple.empty()) {
        std::vector<std::string> targets;
        std::ranges::transform(simple, std::back_inserter(targets),
                               [](const auto& target) { return to_text(target.where); });
        table.push_back({"targets", toml_list(targets)});
    }
    add_options(table, plug, whole);
    tables.push_back({name, false, std::move(table)});
    for (const auto& target : described) {
        tables.push_back({name, true, target_entries(target, plug, whole)});
    }
}

} // namespace

std::string toml_text(std::string_view content) {
    std::string text = "\"";
    for (const char c : content) {
        if (c == '"' || c == '\\') {
            text += std::string("\\") + c;
        } else if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) {
            std::array<char, 8> escaped{};
            std::snprintf(escaped.data(), escaped.size(), "\\u%04X", static_cast<unsigned>(c));
            text += escaped.data();
        } else {
            text += c;
        }
    }
    return text + "\"";
}

entries process_entries(const settings& described, bool whole) {
    entries table;
    add_options(table, described, whole);
    return table;
}

std::vector<written_table> tables_of(const settings& described, bool whole) {
    std::vector<written_table> tables;
    if (auto process = process_entries(described, whole); !process.empty()) {
        tables.push_back({"process", false, std::move(process)});
    }
    for (const auto& plug : described.engine.plugs) {
        add_plug(tables, plug, whole);
    }
    return tables;
}

} // namespace plug
