#include "service/file/entries.hpp"

#include "service/file/key_names.hpp"
#include "service/text/nearest_word.hpp"
#include "service/text/units.hpp"

#include <optional>
#include <span>

namespace plug {

namespace {

using kind = file_value::kind;

/// How often a flag is given by `value`; nothing = it is no value of a flag.
std::optional<std::uint64_t> times_given(const long_option& option, const file_value& value) {
    if (value.what == kind::flag) {
        return value.is_true ? 1 : 0;
    }
    if (value.what == kind::number && option.value.form == value_form::times) {
        return parse_count(value.text, 0, 2).value;
    }
    return std::nullopt;
}

void give(line_3& into, const long_option& option, const file_value& value, file_notes& notes) {
    read_into(into, option, value.text);
    notes.claim(into.problems, value.at);
}

/// False = the option takes no value of that kind.
bool give_flag(line_3& into, const long_option& option, const file_value& value) {
    const auto times = times_given(option, value);
    for (std::uint64_t i = 0; i < times.value_or(0); ++i) {
        read_into(into, option, "");
    }
    return times.has_value();
}

/// The same.
bool give_value(line_3& into, const long_option& option, const file_value& value,
                file_notes& notes) {
    const bool takes_text = option.value.form != value_form::number;
    // A duration without a unit gets the answer that it gets on the command line.
    const bool takes_number = !takes_text || option.value.form == value_form::duration;
    const bool fits =
        (value.what == kind::text && takes_text) || (value.what == kind::number && takes_number);
    if (fits) {
        give(into, option, value, notes);
    }
    return fits;
}

/// What each plug says for itself.
bool is_of_one_plug(const std::string& key) {
    return key == "listen" || key == "targets" || key == "target";
}

/// The keys of a table of that scope.
std::vector<std::string> keys_of(option_scope scope) {
    std::vector<std::string> keys;
    if (scope == option_scope::plug) {
        keys = {"listen", "targets", "target"};
    }
    for (const auto& option : long_options()) {
        if (option.group.scope == scope) {
            keys.push_back(key_of(option.form.name));
        }
    }
    return keys;
}

constexpr const char* see_help = "; plug --help tells the options, which are written with _ for -";

/// Beyond so many problems nobody looks for what was meant: the file is no configuration, and there
/// may be any number of keys in it.
constexpr std::size_t most_advised = 100;

/// Which of the keys of `scope` was meant, or, for [defaults], of those that all plugs
/// may have; or else `otherwise`.
std::string advice_on(const std::string& key, option_scope scope, bool for_all_plugs,
                      const char* otherwise, file_notes& notes) {
    if (notes.problems().size() >= most_advised) {
        return otherwise;
    }
    auto keys = scope == option_scope::line
                    ? std::vector<std::string>{"plug", "process", "defaults"}
                    : keys_of(scope);
    if (for_all_plugs) {
        std::erase_if(keys, is_of_one_plug);
    }
    const std::vector<std::string_view> names(keys.begin(), keys.end());
    const auto meant = nearest_word(key, names);
    return meant.empty() ? otherwise : "; did you mean " + std::string(meant) + "?";
}

} // namespace

bool is_key_of_plug(const std::string& key) {
    const auto* option = find_key(key);
    return is_of_one_plug(key) || (option != nullptr && option->group.scope == option_scope::plug);
}

bool is_key_of_defaults(const std::string& key) {
    return is_key_of_plug(key) && !is_of_one_plug(key);
}

void read_option(line_3& into, const std::string& plug, const file_value& entry,
                 const long_option& option, file_notes& notes) {
    notes.note(plug, std::string(option.form.name), entry.at);
    const auto form = value_form_of(option);
    if (option.value.form == value_form::list) {
        for (const auto* text : texts_of(entry, form, notes)) {
            give(into, option, *text, notes);
        }
        return;
    }
    const bool taken = option.form.value.empty() ? give_flag(into, option, entry)
                                                 : give_value(into, option, entry, notes);
    if (!taken) {
        notes.complain(entry.at, entry.key, "takes " + form);
    }
}

std::vector<const file_value*> texts_of(const file_value& entry, const std::string& form,
                                        file_notes& notes) {
    std::vector<const file_value*> texts;
    const bool is_list = entry.what == kind::list && !entry.parts.empty();
    for (const auto& part : is_list ? std::span(entry.parts) : std::span(&entry, 1)) {
        if (part.what == kind::text) {
            texts.push_back(&part);
        } else {
            notes.complain(part.at, entry.key, "takes " + form);
        }
    }
    return texts;
}

void refuse_key(const file_value& entry, option_scope scope, file_notes& notes) {
    const bool of_plug = is_key_of_plug(entry.key);
    if (of_plug || find_key(entry.key) != nullptr) {
        notes.complain(entry.key_at, entry.key,
                       of_plug ? "belongs in [plug.NAME], as it is about one plug"
                               : "belongs in [process], as it is about the process");
        return;
    }
    const auto* otherwise = scope == option_scope::line
                                ? "; a configuration file holds [process], [defaults] and "
                                  "[plug.NAME]"
                                : see_help;
    notes.complain(entry.key_at, entry.key,
                   "is no key of " + table_of(scope) +
                       advice_on(entry.key, scope, false, otherwise, notes));
}

void refuse_key_of_defaults(const file_value& entry, file_notes& notes) {
    if (is_of_one_plug(entry.key)) {
        notes.complain(entry.key_at, entry.key,
                       "belongs in [plug.NAME]; no two plugs have it in common");
    } else if (find_key(entry.key) != nullptr) {
        refuse_key(entry, option_scope::process, notes);
    } else {
        notes.complain(entry.key_at, entry.key,
                       "is no key of [defaults]" +
                           advice_on(entry.key, option_scope::plug, true, see_help, notes));
    }
}

} // namespace plug
