#include "service/file/writer.hpp"

#include "core/config/characters.hpp"
#include "service/file/check_writer.hpp"
#include "service/options/plug_arguments.hpp"
#include "service/options/table.hpp"
#include "service/text/units.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <span>
#include <vector>

namespace plug {

namespace {

using duration = std::chrono::milliseconds;

std::string text(std::string_view content) { return toml_text(content); }

std::string list(const std::vector<std::string>& contents) {
    std::string made;
    for (const auto& each : contents) {
        made += (made.empty() ? "" : ", ") + text(each);
    }
    return "[" + made + "]";
}

/// The name of a plug as part of a table's name; bare where TOML allows that.
std::string key(const std::string& name) {
    const bool bare = !name.empty() && std::ranges::all_of(name, [](char c) {
        return is_letter(c) || is_digit(c) || c == '-' || c == '_';
    });
    return bare ? name : text(name);
}

class writer {
public:
    /// `whole` = what is usual is written too.
    explicit writer(bool whole) : whole_(whole) {}

    void table(const std::string& name) {
        text_ += (text_.empty() ? "" : "\n") + std::string("[") + name + "]\n";
    }
    void value(const char* name, const std::string& written) {
        text_ += std::string(name) + " = " + written + "\n";
    }
    void unless_usual(const char* name, const std::string& written, bool is_usual) {
        if (whole_ || !is_usual) {
            value(name, written);
        }
    }
    void flag(const char* name, bool given) {
        unless_usual(name, given ? "true" : "false", !given);
    }
    void time(const char* name, std::chrono::microseconds given, std::chrono::microseconds usual) {
        unless_usual(name, text(duration_text(given)), given == usual);
    }
    void time(const char* name, std::optional<duration> given, std::optional<duration> usual,
              const char* none) {
        unless_usual(name, text(given ? duration_text(*given) : none), given == usual);
    }
    /// A key that has no value means `meaning`.
    void unset(const char* name, const char* meaning) {
        if (whole_) {
            text_ += std::string("# ") + name + " is not set: " + meaning + "\n";
        }
    }

    void append(const std::string& lines) { text_ += lines; }
    [[nodiscard]] bool is_whole() const noexcept { return whole_; }

    [[nodiscard]] std::string take() { return std::move(text_); }

private:
    bool whole_;
    std::string text_;
};

std::string listen_text(const listen_address& listen) {
    return to_text(listen) + (listen.outgoing.empty() ? "" : "/" + listen.outgoing);
}

void write_path(writer& out, const char* name, const std::optional<std::filesystem::path>& path,
                const char* otherwise) {
    if (path) {
        out.value(name, text(path->string()));
    } else {
        out.unset(name, otherwise);
    }
}

void write_name(writer& out, const char* name, const std::string& value, const char* otherwise) {
    value.empty() ? out.unset(name, otherwise) : out.value(name, text(value));
}

void write_process(writer& out, const plug::settings& settings, const plug::settings& usual) {
    const auto& engine = settings.engine;
    writer process(out.is_whole());
    if (engine.threads) {
        process.value("threads", std::to_string(*engine.threads));
    } else {
        process.unset("threads", "one for each processor");
    }
    process.time("grace", engine.grace, usual.engine.grace, "unlimited");
    process.time("spin", engine.spin, usual.engine.spin);
    process.flag("log_connections", settings.log_connections);
    if (const auto place = text_of(settings.log_to); !place.empty()) {
        process.value("log_to", text(place));
    } else {
        process.unset("log_to", "stderr in the foreground, else the log of the system");
    }
    write_path(process, "session_log", settings.session_log, "none");
    process.unless_usual("session_format", text(name_of(settings.session_format)),
                         settings.session_format == usual.session_format);
    write_path(process, "control", settings.control, "a place of its own for each service");
    write_path(process, "pid_file", settings.pid_file, "none");
    write_name(process, "user", settings.user, "plug stays who it was started as");
    write_name(process, "group", settings.group, "the user's own");
    write_path(process, "chroot", settings.chroot, "the root folder stays");
    process.unless_usual("debug", std::to_string(settings.debug), settings.debug == 0);
    if (const auto said = process.take(); !said.empty()) {
        out.table("process");
        out.append(said);
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

void write_described_targets(writer& out, const plug_config& plug) {
    for (const auto& target : described_targets(plug)) {
        out.table("[plug." + key(plug.name) + ".target]");
        out.value("address", text(to_text(target.where)));
        if (!target.name.empty()) {
            out.value("name", text(target.name));
        }
        if (target.weight != 1) {
            out.value("weight", std::to_string(target.weight));
        }
        out.flag("backup", target.backup);
        if (target.max_connections) {
            out.value("max_connections", std::to_string(*target.max_connections));
        }
        if (target.check) {
            out.value("check", text_of(*target.check, plug.check.has_value()));
        }
    }
}

void write_balance(writer& out, const plug_config& plug, const plug_config& usual) {
    out.unless_usual("on_down", text(name_of(plug.on_down)), plug.on_down == usual.on_down);
    out.unless_usual("on_removed", text(name_of(plug.on_removed)),
                     plug.on_removed == usual.on_removed);
    out.unless_usual("policy", text(name_of(plug.policy)), plug.policy == usual.policy);
    out.flag("weigh_connect_time", plug.weigh_connect_time);
    out.flag("sticky", plug.affinity.enabled);
    if (plug.affinity.enabled) {
        out.time("sticky_timeout", plug.affinity.timeout, usual.affinity.timeout);
        out.unless_usual("sticky_capacity", std::to_string(plug.affinity.capacity),
                         plug.affinity.capacity == usual.affinity.capacity);
    }
    out.time("retry", plug.retry, usual.retry, "never");
    out.time("slow_start", plug.slow_start, usual.slow_start);
    out.time("connect_timeout", plug.connect_timeout, usual.connect_timeout);
    out.flag("resolve", plug.resolve_names);
}

void write_room(writer& out, const plug_config& plug, const plug_config& usual) {
    if (plug.max_connections) {
        out.value("max_connections", std::to_string(*plug.max_connections));
    } else {
        out.unset("max_connections", "targets take any number");
    }
    out.unless_usual("queue_capacity", std::to_string(plug.queue.capacity),
                     plug.queue.capacity == usual.queue.capacity);
    out.time("queue_timeout", plug.queue.timeout, usual.queue.timeout);
}

void write_check(writer& out, const plug_config& plug) {
    if (plug.check) {
        out.value("check", text_of(*plug.check, out.is_whole()));
    } else {
        out.unset("check", "targets are not probed");
    }
}

void write_reach(writer& out, const plug_config& plug, const plug_config& usual) {
    if (!plug.allow.empty()) {
        std::vector<std::string> networks;
        for (const auto& network : plug.allow) {
            networks.push_back(to_text(network));
        }
        out.value("allow", list(networks));
    } else {
        out.unset("allow", "everyone");
    }
    if (plug.via) {
        out.value("via", text(to_text(*plug.via)));
    } else {
        out.unset("via", "targets are reached directly");
    }
    out.flag("keepalive", plug.keepalive);
    const auto& limits = plug.limits;
    out.time("idle_timeout", limits.idle, usual.limits.idle, "never");
    out.time("half_closed_timeout", limits.half_closed, usual.limits.half_closed, "never");
    out.time("max_session_age", limits.age, usual.limits.age, "unlimited");
    out.unless_usual("max_session_age_jitter", text(part_text(limits.age_jitter)),
                     limits.age_jitter == usual.limits.age_jitter);
}

void write_plug(writer& out, const plug_config& plug, const plug_config& usual) {
    out.table("plug." + key(plug.name));
    std::vector<std::string> listens;
    std::ranges::transform(plug.listen, std::back_inserter(listens), listen_text);
    out.value("listen", list(listens));
    std::vector<std::string> targets;
    const auto simple = plug.targets.size() - described_targets(plug).size();
    for (const auto& target : std::span(plug.targets).first(simple)) {
        targets.push_back(to_text(target.where));
    }
    if (!targets.empty()) {
        out.value("targets", list(targets));
    }
    write_balance(out, plug, usual);
    write_room(out, plug, usual);
    write_reach(out, plug, usual);
    write_check(out, plug);
    write_described_targets(out, plug);
}

} // namespace

namespace {

std::string written(const plug::settings& settings, writer out) {
    const auto usual = empty_line_3().settings;
    write_process(out, settings, usual);
    for (const auto& plug : settings.engine.plugs) {
        write_plug(out, plug, usual.engine.plugs.front());
    }
    return out.take();
}

} // namespace

std::string toml_text(std::string_view content) {
    std::string made = "\"";
    for (const char c : content) {
        if (c == '"' || c == '\\') {
            made += std::string("\\") + c;
        } else if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) {
            std::array<char, 8> escaped{};
            std::snprintf(escaped.data(), escaped.size(), "\\u%04X", static_cast<unsigned>(c));
            made += escaped.data();
        } else {
            made += c;
        }
    }
    return made + "\"";
}

std::string plugs_of(const plug::settings& settings) {
    writer out(false);
    const auto usual = empty_line_3().settings;
    for (const auto& plug : settings.engine.plugs) {
        write_plug(out, plug, usual.engine.plugs.front());
    }
    return out.take();
}

process_table process_values(const plug::settings& settings) {
    writer out(true);
    write_process(out, settings, empty_line_3().settings);
    const auto text = out.take();
    process_table values;
    for (const auto line : split(text, '\n')) {
        const auto sign = line.find(" = ");
        if (!line.starts_with('#') && sign != std::string_view::npos) {
            values.emplace(line.substr(0, sign), line.substr(sign + 3));
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

std::string file_of(const plug::settings& settings) { return written(settings, writer(false)); }

std::string whole_file_of(const plug::settings& settings, bool foreground) {
    const auto file = written(settings, writer(true));
    // [process] comes first, and is never empty here.
    const auto behind_head = file.find('\n') + 1;
    const auto* stance = settings.detach ? "detach = true\n"
                         : foreground    ? "foreground = true\n"
                                         : "";
    return file.substr(0, behind_head) + stance + file.substr(behind_head);
}

} // namespace plug
