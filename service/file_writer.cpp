#include "service/file_writer.hpp"

#include "core/config/characters.hpp"
#include "service/long_options.hpp"
#include "service/plug_arguments.hpp"
#include "service/units.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <vector>

namespace plug {

namespace {

using duration = std::chrono::milliseconds;

/// A basic string of TOML 1.0.
std::string text(std::string_view content) {
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
    void table(const std::string& name) {
        text_ += (text_.empty() ? "" : "\n") + std::string("[") + name + "]\n";
    }
    void value(const char* name, const std::string& written) {
        text_ += std::string(name) + " = " + written + "\n";
    }
    void flag(const char* name, bool given) {
        if (given) {
            value(name, "true");
        }
    }
    void time(const char* name, std::chrono::microseconds given, std::chrono::microseconds usual) {
        if (given != usual) {
            value(name, text(duration_text(given)));
        }
    }
    void time(const char* name, std::optional<duration> given, std::optional<duration> usual,
              const char* none) {
        if (given != usual) {
            value(name, text(given ? duration_text(*given) : none));
        }
    }

    void append(const std::string& lines) { text_ += lines; }

    [[nodiscard]] std::string take() { return std::move(text_); }

private:
    std::string text_;
};

std::string listen_text(const listen_address& listen) {
    return to_text(listen) + (listen.outgoing.empty() ? "" : "/" + listen.outgoing);
}

void write_process(writer& out, const plug::settings& settings, const plug::settings& usual) {
    const auto& engine = settings.engine;
    writer process;
    if (engine.threads) {
        process.value("threads", std::to_string(*engine.threads));
    }
    process.time("grace", engine.grace, usual.engine.grace, "unlimited");
    process.time("spin", engine.spin, usual.engine.spin);
    process.flag("log_connections", settings.log_connections);
    if (settings.session_log) {
        process.value("session_log", text(settings.session_log->string()));
    }
    if (settings.control) {
        process.value("control", text(settings.control->string()));
    }
    if (settings.pid_file) {
        process.value("pid_file", text(settings.pid_file->string()));
    }
    if (settings.debug > 0) {
        process.value("debug", std::to_string(settings.debug));
    }
    if (const auto said = process.take(); !said.empty()) {
        out.table("process");
        out.append(said);
    }
}

bool needs_a_table(const target_config& target) {
    return target.backup || target.weight != 1 || !target.name.empty();
}

void write_described_targets(writer& out, const plug_config& plug) {
    for (const auto& target : plug.targets) {
        if (!needs_a_table(target)) {
            continue;
        }
        out.table("[plug." + key(plug.name) + ".target]");
        out.value("address", text(to_text(target.where)));
        if (!target.name.empty()) {
            out.value("name", text(target.name));
        }
        if (target.weight != 1) {
            out.value("weight", std::to_string(target.weight));
        }
        out.flag("backup", target.backup);
    }
}

void write_balance(writer& out, const plug_config& plug, const plug_config& usual) {
    if (plug.policy != usual.policy) {
        out.value("policy", text(name_of(plug.policy)));
    }
    out.flag("sticky", plug.affinity.enabled);
    if (plug.affinity.enabled) {
        out.time("sticky_timeout", plug.affinity.timeout, usual.affinity.timeout);
        if (plug.affinity.capacity != usual.affinity.capacity) {
            out.value("sticky_capacity", std::to_string(plug.affinity.capacity));
        }
    }
    out.time("retry", plug.retry, usual.retry, "never");
    out.time("connect_timeout", plug.connect_timeout, usual.connect_timeout);
    out.flag("resolve", plug.resolve_names);
}

void write_reach(writer& out, const plug_config& plug) {
    if (!plug.allow.empty()) {
        std::vector<std::string> networks;
        for (const auto& network : plug.allow) {
            networks.push_back(to_text(network));
        }
        out.value("allow", list(networks));
    }
    if (plug.via) {
        out.value("via", text(to_text(*plug.via)));
    }
    out.flag("keepalive", plug.keepalive);
}

void write_plug(writer& out, const plug_config& plug, const plug_config& usual) {
    out.table("plug." + key(plug.name));
    std::vector<std::string> listens;
    std::ranges::transform(plug.listen, std::back_inserter(listens), listen_text);
    out.value("listen", list(listens));
    std::vector<std::string> targets;
    for (const auto& target : plug.targets) {
        if (!needs_a_table(target)) {
            targets.push_back(to_text(target.where));
        }
    }
    if (!targets.empty()) {
        out.value("targets", list(targets));
    }
    write_balance(out, plug, usual);
    write_reach(out, plug);
    write_described_targets(out, plug);
}

} // namespace

std::string file_of(const plug::settings& settings) {
    const auto usual = empty_line_3().settings;
    writer out;
    write_process(out, settings, usual);
    for (const auto& plug : settings.engine.plugs) {
        write_plug(out, plug, usual.engine.plugs.front());
    }
    return out.take();
}

} // namespace plug
