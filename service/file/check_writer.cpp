#include "service/file/check_writer.hpp"

#include "core/config/byte_escapes.hpp"
#include "service/file/writer.hpp"
#include "service/text/units.hpp"

namespace plug {

namespace {

using entries = std::string;

void add(entries& made, const char* name, const std::string& written) {
    made += std::string(", ") + name + " = " + written;
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

void add_of_kind(entries& made, const check_config& check) {
    switch (check.kind) {
    case check_kind::http:
        add_text(made, "method", check.http.method);
        add_text(made, "path", check.http.path);
        add_text(made, "host", check.http.host);
        add_text(made, "status", to_text(check.http.accepted));
        break;
    case check_kind::send_expect:
        add_text(made, "send", escaped(check.send));
        add_text(made, "expect", escaped(check.expect));
        break;
    case check_kind::command:
        add(made, "command", list_of(check.command));
        break;
    default:
        add_text(made, "user", check.user);
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
    add_of_kind(made, check);
    return made + " }";
}

} // namespace plug
