#include "service/convert/forwards_reader.hpp"

#include "core/config/characters.hpp"
#include "service/convert/unused_name.hpp"
#include "service/options/table.hpp"

#include <algorithm>

namespace plug {

namespace {

constexpr const char* no_port = "is no port; write a number from 1 to 65535";

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f'; }

/// What a star, or the name of this computer, is for a listener; otherwise the word itself.
std::string_view listen_host(std::string_view host, ip_family family) {
    const bool is_v4 = family == ip_family::v4;
    if (host == "*") {
        return is_v4 ? "0.0.0.0" : "::";
    }
    return host == "localhost" ? (is_v4 ? "127.0.0.1" : "::1") : host;
}

std::string_view target_host(std::string_view host, std::optional<ip_family> family) {
    return family && (host == "localhost" || host == "*")
               ? (*family == ip_family::v4 ? "127.0.0.1" : "::1")
               : host;
}

} // namespace

line_of_words words_of(std::string_view line, std::uint32_t number) {
    line_of_words words;
    for (std::size_t at = 0; at < line.size();) {
        if (is_blank(line[at])) {
            ++at;
            continue;
        }
        const auto from = line.begin() + static_cast<std::ptrdiff_t>(at);
        const auto length =
            static_cast<std::size_t>(std::find_if(from, line.end(), is_blank) - from);
        words.push_back({{number, static_cast<std::uint32_t>(at) + 1}, line.substr(at, length)});
        at += length;
    }
    return words;
}

forwards_reader::forwards_reader() { forwards_.settings.engine.plugs.clear(); }

void forwards_reader::complain(const word& about, const std::string& what) {
    forwards_.problems.push_back({about.at, quoted(about.text) + " " + what});
}

void forwards_reader::note(const word& about, const std::string& what) {
    forwards_.notes.push_back({about.at, quoted(about.text) + " " + what});
}

plug_config* forwards_reader::add(const forward_words& forward) {
    const auto before = forwards_.problems.size();
    const auto listen = read_listen(forward);
    const auto target = read_target(forward);
    if (forwards_.problems.size() > before) {
        return nullptr;
    }
    auto& plug =
        forwards_.settings.engine.plugs.emplace_back(empty_line_3().settings.engine.plugs.front());
    plug.name = unused_name(std::string(forward.port.text), names_);
    plug.listen.push_back(*listen);
    plug.resolve_names = !target->numeric;
    plug.targets.emplace_back(*target);
    return &plug;
}

std::optional<listen_address> forwards_reader::read_listen(const forward_words& forward) {
    listen_address listen;
    if (const auto number = parse_port(forward.port.text)) {
        listen.port = *number;
    } else {
        complain(forward.port, no_port);
    }
    listen.host = parse_address(listen_host(forward.host.text, forward.listen_family)).value;
    if (!listen.host) {
        complain(forward.host, "is no address to listen on; where it is a name, write the address "
                               "that it stands for, such as 10.0.0.1");
    }
    return listen;
}

std::optional<host_port> forwards_reader::read_target(const forward_words& forward) {
    if (!parse_port(forward.target_port.text)) {
        complain(forward.target_port, no_port);
        return std::nullopt;
    }
    const std::string host(target_host(forward.target_host.text, forward.target_family));
    const auto written = host.find(':') != std::string::npos ? "[" + host + "]" : host;
    auto target = parse_host_port(written + ":" + std::string(forward.target_port.text));
    if (!target) {
        complain(forward.target_host, "is no host to connect to: " + target.why);
    }
    return target.value;
}

} // namespace plug
