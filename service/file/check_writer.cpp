#include "service/file/check_writer.hpp"

#include "core/config/byte_escapes.hpp"
#include "service/file/writer.hpp"
#include "service/text/units.hpp"

namespace plug {

namespace {

using entries = std::string;

void add(entries& made, std::string_view name, const std::string& written) {
    made += ", " + std::string(name) + " = " + written;
}

void add_text(entries& made, const char* name, const std::string& content) {
    if (!content.empty()) {
        add(made, name, toml_text(content));
    }
}

std::string list_of(const std::vector<std::string>& words) {
    std::string made;
    for (const auto& each : words) {
        made += (made.empty() ? "[" : ", ") + toml_text(each);
    }
    return made + "]";
}

/// The entry of a detail in TOML; empty = there is none.
std::string entry_of(check_detail detail, const check_config& check) {
    const auto text = [](const std::string& content) {
        return content.empty() ? std::string() : toml_text(content);
    };
    switch (detail) {
    case check_detail::method:
        return text(check.http.method);
    case check_detail::path:
        return text(check.http.path);
    case check_detail::host:
        return text(check.http.host);
    case check_detail::status:
        return text(to_text(check.http.accepted));
    case check_detail::send:
        return text(escaped(check.send));
    case check_detail::expect:
        return text(escaped(check.expect));
    case check_detail::user:
        return text(check.user);
    case check_detail::command:
        break;
    }
    return list_of(check.command);
}

void add_details(entries& made, const check_config& check) {
    for (const auto& [name, detail] : check_details) {
        const auto entry = takes(check.kind, detail) ? entry_of(detail, check) : "";
        if (!entry.empty()) {
            add(made, name, entry);
        }
    }
}

} // namespace

std::string text_of(const check_config& check, bool whole) {
    check_config usual;
    usual.kind = check.kind;
    const auto kind = toml_text(name_of(check.kind));
    if (!whole && check == usual) {
        return kind;
    }
    entries made = "{ kind = " + kind;
    add_text(made, "interval", duration_text(check.interval));
    add_text(made, "timeout", duration_text(check.timeout));
    add_text(made, "jitter", part_text(check.jitter));
    add(made, "rise", std::to_string(check.rise));
    add(made, "fall", std::to_string(check.fall));
    if (check.port) {
        add(made, "port", std::to_string(*check.port));
    }
    add_details(made, check);
    return made + " }";
}

} // namespace plug
