#include "service/file/reader.hpp"

#include "core/config/characters.hpp"
#include "service/file/check_table.hpp"
#include "service/file/entries.hpp"
#include "service/file/key_names.hpp"
#include "service/file/report.hpp"
#include "service/file/target_table.hpp"
#include "service/options/plug_arguments.hpp"

#include <algorithm>
#include <functional>

namespace plug {

namespace {

using kind = file_value::kind;

constexpr std::size_t longest_name = 64;

bool is_in_name(char c) { return is_letter(c) || is_digit(c) || c == '-' || c == '_' || c == '.'; }

/// Whether a string holds what belongs in a list of strings.
bool holds_several(std::string_view text) {
    const auto first = std::min(text.find_first_not_of(" \t"), text.size());
    const auto behind_last = text.find_last_not_of(" \t") + 1;
    return text.substr(first, behind_last - first).find_first_of(", \t") != std::string_view::npos;
}

/// The check of the plug becomes one of every target but `unchecked`, as there is no other way not
/// to have that of the plug.
void give_check_to_others(plug_config& plug, const std::vector<target_config*>& unchecked) {
    if (unchecked.empty() || !plug.check) {
        return;
    }
    const auto check = *std::exchange(plug.check, std::nullopt);
    for (auto& target : plug.targets) {
        if (!target.check && std::ranges::find(unchecked, &target) == unchecked.end()) {
            target.check = check;
        }
    }
}

const file_value* entry_of(const file_value& table, std::string_view key) {
    const auto found = std::ranges::find(table.parts, key, &file_value::key);
    return found == table.parts.end() ? nullptr : &*found;
}

/// Whether a plug without a word of its own on it takes `entry` of [defaults] over.
bool is_inherited(const file_value& entry, const file_value& plug) {
    const auto* first = entry_of(plug, "first");
    const bool settles_policy =
        entry_of(plug, "policy") != nullptr || (first != nullptr && first->is_true);
    const bool is_policy = entry.key == "policy" || entry.key == "first";
    const bool is_said = entry_of(plug, entry.key) != nullptr && !is_check(entry);
    return !is_said && !(is_policy && settles_policy);
}

/// Whether `line` says itself what `option` of a file would say.
bool is_said(const line_3& line, std::string_view option) {
    if (option == "foreground" || option == "detach") { // two answers to one question
        return line.given.contains("foreground") || line.given.contains("detach");
    }
    return line.given.contains(option);
}

} // namespace

void file_reader::read(const file_value& file) {
    line_.settings.engine.plugs.clear();
    // Wherever [defaults] stands, it is for every plug.
    const auto* defaults = entry_of(file, "defaults");
    if (defaults != nullptr && defaults->what == kind::table) {
        read_defaults(*defaults);
    }
    for (const auto& entry : file.parts) {
        if (entry.key == "plug") {
            read_plugs(entry);
        } else if (entry.key != "process" && entry.key != "defaults") {
            refuse_key(entry, option_scope::line, notes_);
        } else if (entry.what != kind::table) {
            notes_.complain(entry.key_at, entry.key, "is a table; write [" + entry.key + "]");
        } else if (entry.key == "process") {
            read_process(entry);
        }
    }
}

void file_reader::read_part(const file_value& file) {
    for (const auto& entry : file.parts) {
        if (entry.key == "plug") {
            read_plugs(entry);
        } else if (entry.key == "process" || entry.key == "defaults") {
            notes_.complain(entry.key_at, entry.key,
                            "belongs in " + names_.front() + ", as a file of conf.d holds plugs");
        } else {
            refuse_key(entry, option_scope::line, notes_);
        }
    }
}

void file_reader::read_plugs(const file_value& entry) {
    if (entry.what != kind::table) {
        notes_.complain(entry.key_at, entry.key, "is a table; write [plug.NAME]");
        return;
    }
    std::ranges::for_each(entry.parts, std::bind_front(&file_reader::read_plug, this));
}

void file_reader::read_defaults(const file_value& table) {
    for (const auto& entry : table.parts) {
        if (is_key_of_defaults(entry.key)) {
            defaults_.push_back(entry);
        } else {
            refuse_key_of_defaults(entry, notes_);
        }
    }
    // What is wrong with them is told even where no plug inherits them.
    auto nobody = empty_line_3();
    file_value none;
    none.key = "[defaults]";
    read_plug_options(nobody, none);
}

void file_reader::read_process(const file_value& table) {
    auto overridden = empty_line_3(); // looked at, and forgotten
    for (const auto& entry : table.parts) {
        const auto* option = find_key(entry.key);
        if (option == nullptr || option->group.scope != option_scope::process) {
            refuse_key(entry, option_scope::process, notes_);
            continue;
        }
        const bool wins = is_said(line_, option->form.name);
        read_option(wins ? overridden : line_, "", entry, *option, notes_);
    }
    for (const auto& option : long_options()) {
        if (option.value.path != nullptr) {
            place_path(option.value.path(line_.settings), std::string(option.form.name));
        }
    }
}

void file_reader::place_path(std::optional<std::filesystem::path>& path,
                             const std::string& option) {
    const auto place = notes_.find("", option);
    if (path && *path != "-" && !line_.given.contains(option) && place) {
        path = (folder_ / *path).lexically_normal();
        notes_.note("", path->string(), *place);
    }
}

void file_reader::read_plug(const file_value& entry) {
    if (!is_name_of_plug(entry) || !is_new_plug(entry)) {
        return;
    }
    auto plug = empty_line_3();
    plug.settings.engine.plugs.front().name = entry.key;
    notes_.note(entry.key, "", entry.key_at);
    read_plug_options(plug, entry);
    read_listen(plug, entry);
    plug.settings.engine.plugs.front().name = entry.key;
    read_targets_of(plug, entry);
    line_.settings.engine.plugs.push_back(std::move(plug.settings.engine.plugs.front()));
}

bool file_reader::is_name_of_plug(const file_value& entry) {
    if (entry.what != kind::table) {
        notes_.complain(entry.key_at, entry.key,
                        is_key_of_plug(entry.key)
                            ? "belongs to one plug; name it, as in [plug.web]"
                            : "is no plug; a plug is a table, [plug." + entry.key + "]");
        return false;
    }
    if (entry.key.empty() || entry.key.size() > longest_name ||
        !std::ranges::all_of(entry.key, is_in_name)) {
        notes_.complain(entry.key_at, plug::quoted(entry.key),
                        "is no name for a plug; write 1 to 64 letters, digits, '-', '_' or '.'");
        return false;
    }
    return true;
}

bool file_reader::is_new_plug(const file_value& entry) {
    const auto earlier = notes_.find(entry.key, "");
    if (earlier) { // in another file: in one and the same, TOML does not allow it
        notes_.complain(entry.key_at, "plug " + entry.key,
                        "is there already, in " + place_text(names_[earlier->file], *earlier) +
                            "; give one of the two another name");
    }
    return !earlier;
}

void file_reader::read_plug_entry(line_3& plug, const std::string& name, const file_value& entry) {
    const auto* option = find_key(entry.key);
    if (!is_key_of_plug(entry.key)) {
        refuse_key(entry, option_scope::plug, notes_);
    } else if (is_check(entry)) {
        read_check(plug, name, entry, notes_);
    } else if (option != nullptr) {
        read_option(plug, name, entry, *option, notes_);
    }
}

void file_reader::read_plug_options(line_3& plug, const file_value& table) {
    for (const auto& entry : defaults_) {
        if (is_inherited(entry, table)) {
            read_plug_entry(plug, table.key, entry);
        }
    }
    inherit(plug); // this plug did not ask for it
    // Another kind of check takes back what was inherited, so it comes first.
    auto entries = table.parts;
    std::ranges::stable_partition(entries, is_check);
    for (const auto& entry : entries) {
        read_plug_entry(plug, table.key, entry);
    }
    if (const auto& via = plug.settings.engine.plugs.front().via) {
        notes_.note(table.key, to_text(via->server), *notes_.find(table.key, "via"));
    }
    settle_dependent_options(plug);
    for (auto& one : std::exchange(plug.problems, {})) {
        one.plug = table.key;
        notes_.place(one);
    }
}

void file_reader::read_listen(line_3& plug, const file_value& table) {
    const auto* entry = entry_of(table, "listen");
    if (entry == nullptr) {
        notes_.complain(table.key_at, "listen",
                        "is missing in [plug." + table.key +
                            "]; write where to listen, such as listen = \":443\"");
        return;
    }
    const auto texts =
        texts_of(*entry, "a text in quotation marks, such as \":443\", or a list of such", notes_);
    auto& listening = plug.settings.engine.plugs.front().listen;
    // A listener that names its source has no use for that of [defaults].
    const bool has_source = entry_of(table, "source") != nullptr;
    const auto inherited = has_source ? std::nullopt : std::exchange(plug.source, std::nullopt);
    for (const auto* text : texts) {
        if (holds_several(text->text)) {
            notes_.complain(text->at, text->text,
                            "is more than one listener; write a list with a string for each, such "
                            "as [\":80\", \":443\"]");
            continue;
        }
        const auto before = listening.size();
        place_listen(plug, text->text);
        if (listening.size() > before && listening.back().outgoing.empty()) {
            listening.back().outgoing = inherited.value_or("");
        }
        notes_.claim(plug.problems, text->at);
        if (listening.size() == before) {
            continue;
        }
        const auto& made = listening.back();
        notes_.note(table.key, "listen " + to_text(made), text->at);
        if (made.host) {
            notes_.note(table.key, made.host->to_string(), text->at);
        }
        if (!made.outgoing.empty()) {
            const auto source = notes_.find(table.key, "source");
            notes_.note(table.key, made.outgoing, source.value_or(text->at));
        }
    }
}

void file_reader::read_targets_of(line_3& plug, const file_value& table) {
    const auto* simple = entry_of(table, "targets");
    const auto* described = entry_of(table, "target");
    if (simple == nullptr && described == nullptr) {
        notes_.complain(table.key_at, "targets",
                        "are missing in [plug." + table.key +
                            "]; name at least one, such as targets = [\"10.0.0.1:443\"]");
        return;
    }
    if (simple != nullptr) {
        const auto form = "a list of texts in quotation marks, such as [\"10.0.0.1:443\"]";
        for (const auto* text : texts_of(*simple, form, notes_)) {
            add_target(plug, table.key, *text);
        }
    }
    if (described != nullptr) {
        read_described_targets(plug, table.key, *described);
    }
}

/// A target without a port beside listeners with several.
void file_reader::warn_of_ports(const plug_config& plug, const file_value& target) {
    const auto& listen = plug.listen;
    const auto has_another_port = [&](const listen_address& one) {
        return one.port != listen.front().port;
    };
    const auto where = parse_host_port(target.text);
    if (where && where->port == 0 && std::ranges::any_of(listen, has_another_port)) {
        notes_.warn(target.at, target.text,
                    "has no port, so every listener of the plug leads to port " +
                        std::to_string(listen.front().port) +
                        ", that of the first; write the port, and for a port of its own each "
                        "listener a [plug.NAME] of its own");
    }
}

target_config* file_reader::add_target(line_3& plug, const std::string& name,
                                       const file_value& text) {
    auto& made = plug.settings.engine.plugs.front();
    if (holds_several(text.text)) {
        notes_.complain(text.at, text.text,
                        "is more than one target; write a list with a string for each, such as "
                        "[\"10.0.0.1:443\", \"10.0.0.2:443\"]");
        return nullptr;
    }
    warn_of_ports(made, text);
    const auto before = made.targets.size();
    read_targets({&text.text, 1}, made, plug.problems);
    notes_.claim(plug.problems, text.at);
    if (made.targets.size() == before) {
        return nullptr;
    }
    notes_.note(name, to_text(made.targets.back().where), text.at);
    return &made.targets.back();
}

void file_reader::read_described_targets(line_3& plug, const std::string& name,
                                         const file_value& list) {
    if (list.what != kind::list) {
        notes_.complain(list.key_at, "target",
                        "is a table for each target; write [[plug." + name + ".target]]");
        return;
    }
    std::vector<target_config*> unchecked;
    // They stay where they are while pointers lead to them.
    plug_of(plug).targets.reserve(plug_of(plug).targets.size() + list.parts.size());
    for (const auto& table : list.parts) {
        const auto* where = table.what == kind::table ? entry_of(table, "address") : nullptr;
        if (where == nullptr || where->what != kind::text) {
            notes_.complain(table.at, "target",
                            "needs its address, such as address = \"10.0.0.1:443\"");
            continue;
        }
        target_config dropped; // what is wrong is told all the same
        auto* const made = add_target(plug, name, *where);
        read_target_settings(table, plug, made != nullptr ? *made : dropped, notes_);
        const auto* check = entry_of(table, "check");
        if (made != nullptr && check != nullptr && check->what == kind::flag && !check->is_true) {
            unchecked.push_back(made);
        }
    }
    give_check_to_others(plug_of(plug), unchecked);
}

std::vector<problem> file_reader::judge(bool by_default_detached) {
    place_process(line_, by_default_detached);
    make_paths_absolute(line_.settings);
    auto found = std::exchange(line_.problems, {});
    auto whole = problems_of(line_.settings);
    found.insert(found.end(), whole.begin(), whole.end());
    std::vector<problem> of_line;
    for (const auto& one : found) {
        const auto option = one.where.starts_with("--") ? one.where.substr(2) : one.where;
        if (one.plug.empty() && line_.given.contains(option)) {
            of_line.push_back({"--" + option, one.what});
        } else {
            notes_.place(one);
        }
    }
    return of_line;
}

} // namespace plug
