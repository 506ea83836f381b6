#include "service/foreign_forwards.hpp"

#include "core/config/characters.hpp"
#include "service/long_options.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <tuple>

namespace plug {

namespace {

struct word {
    file_position at;
    std::string_view text;
};
using line_of_words = std::vector<word>;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f'; }

line_of_words words_of(std::string_view line, std::uint32_t number) {
    line_of_words found;
    for (std::size_t at = 0; at < line.size();) {
        if (is_blank(line[at])) {
            ++at;
            continue;
        }
        const auto from = line.begin() + static_cast<std::ptrdiff_t>(at);
        const auto length =
            static_cast<std::size_t>(std::find_if(from, line.end(), is_blank) - from);
        found.push_back({{number, static_cast<std::uint32_t>(at) + 1}, line.substr(at, length)});
        at += length;
    }
    return found;
}

/// Makes plugs of forwards.
class forwards_reader {
public:
    explicit forwards_reader() { made_.settings.engine.plugs.clear(); }

    void complain(const word& about, const std::string& what) {
        made_.problems.push_back({about.at, quoted(about.text) + " " + what});
    }

    /// Adds a plug; null = something is wrong with it.
    plug_config* add(const word& host, const word& port, const word& target_host,
                     const word& target_port) {
        const auto before = made_.problems.size();
        const auto listen = read_listen(host, port);
        const auto target = read_target(target_host, target_port);
        if (made_.problems.size() > before) {
            return nullptr;
        }
        auto& plug =
            made_.settings.engine.plugs.emplace_back(empty_line_3().settings.engine.plugs.front());
        plug.name = unused_name(std::string(port.text));
        plug.listen.push_back(*listen);
        plug.resolve_names = !target->numeric;
        plug.targets.emplace_back(*target);
        return &plug;
    }

    plug::settings& settings() { return made_.settings; }
    [[nodiscard]] read_forwards take() { return std::move(made_); }

private:
    std::optional<listen_address> read_listen(const word& host, const word& port) {
        listen_address listen;
        if (const auto number = parse_port(port.text)) {
            listen.port = *number;
        } else {
            complain(port, "is no port; write a number from 1 to 65535");
        }
        if (host.text == "*") {
            return listen;
        }
        listen.host = parse_address(host.text).value;
        if (!listen.host) {
            complain(host, "is no address to listen on, such as 0.0.0.0 or 10.0.0.1");
        }
        return listen;
    }

    std::optional<host_port> read_target(const word& host, const word& port) {
        const auto number = parse_port(port.text);
        if (!number) {
            complain(port, "is no port; write a number from 1 to 65535");
            return std::nullopt;
        }
        const bool needs_brackets = host.text.find(':') != std::string_view::npos;
        const auto written =
            needs_brackets ? "[" + std::string(host.text) + "]" : std::string(host.text);
        auto read = parse_host_port(written + ":" + std::string(port.text));
        if (!read) {
            complain(host, "is no host to connect to: " + read.why);
        }
        return read.value;
    }

    std::string unused_name(const std::string& wanted) {
        auto name = wanted;
        for (int number = 2; !names_.insert(name).second; ++number) {
            name = wanted + "-" + std::to_string(number);
        }
        return name;
    }

    read_forwards made_;
    std::set<std::string> names_;
};

/// `10.1.*.*`, or `10.1.*` as a star stands for dots too, as a network; nothing where the pattern
/// is none.
std::optional<network_prefix> network_of(std::string_view pattern) {
    auto parts = split(pattern, '.');
    if (parts.size() < 4 && parts.back() == "*") {
        parts.resize(4, "*");
    }
    if (parts.size() != 4) {
        return std::nullopt;
    }
    std::string base;
    unsigned bits = 0;
    bool open = false;
    for (const auto part : parts) {
        open = open || part == "*";
        if (open && part != "*") {
            return std::nullopt;
        }
        base += (base.empty() ? "" : ".") + std::string(open ? "0" : part);
        bits += open ? 0 : 8;
    }
    const auto read = parse_network(base + "/" + std::to_string(bits));
    return read ? std::optional(*read) : std::nullopt;
}

/// The networks that lie in both lists: a client has to pass both.
std::vector<network_prefix> common(const std::vector<network_prefix>& left,
                                   const std::vector<network_prefix>& right) {
    std::vector<network_prefix> found;
    for (const auto& one : left) {
        for (const auto& other : right) {
            const auto& [wide, narrow] =
                one.bits <= other.bits ? std::tie(one, other) : std::tie(other, one);
            if (wide.contains(narrow.base)) {
                found.push_back(narrow);
            }
        }
    }
    return found;
}

/// The rules of rinetd: those ahead of the first forward hold for all, others for the one before.
class rinetd_reader {
public:
    void read(const line_of_words& line) {
        const auto& first = line.front();
        if (first.text == "allow" || first.text == "deny") {
            read_rule(line);
        } else if (first.text == "logfile" || first.text == "pidlogfile") {
            read_path(line);
        } else if (first.text != "logcommon") {
            read_forward(line);
        }
    }

    [[nodiscard]] read_forwards take() {
        for (std::size_t each = 0; each < forwards_.size(); ++each) {
            auto& allow = reader_.settings().engine.plugs[each].allow;
            const bool both = !allow.empty() && !for_all_.empty();
            allow = allow.empty() ? for_all_ : both ? common(allow, for_all_) : allow;
            if (both && allow.empty()) {
                reader_.complain(forwards_[each], "can be reached by nobody: its own allow rules "
                                                  "and those for all have no client in common");
            }
        }
        return reader_.take();
    }

private:
    void read_rule(const line_of_words& line) {
        if (line.front().text == "deny") {
            return reader_.complain(line.front(), "has no like in plug; name those who may come "
                                                  "with allow");
        }
        const auto network = line.size() == 2 ? network_of(line[1].text) : std::nullopt;
        if (!network) {
            return reader_.complain(line.back(), "is no network that plug could allow; write whole "
                                                 "numbers and then stars, such as 10.1.*.*");
        }
        auto& plugs = reader_.settings().engine.plugs;
        (plugs.empty() ? for_all_ : plugs.back().allow).push_back(*network);
    }

    void read_path(const line_of_words& line) {
        if (line.size() != 2) {
            return reader_.complain(line.front(), "needs one path");
        }
        auto& settings = reader_.settings();
        auto& path = line.front().text == "logfile" ? settings.session_log : settings.pid_file;
        path = std::filesystem::path(line[1].text);
    }

    void read_forward(const line_of_words& line) {
        if (line.size() < 4) {
            return reader_.complain(line.front(), "begins no rule of rinetd; a forward is "
                                                  "bindaddress bindport connectaddress "
                                                  "connectport");
        }
        std::array<word, 4> parts{line[0], line[1], line[2], line[3]};
        for (const std::size_t port : {std::size_t{1}, std::size_t{3}}) {
            if (parts.at(port).text.ends_with("/udp")) {
                return reader_.complain(parts.at(port), "is UDP, and plug relays TCP alone");
            }
            if (parts.at(port).text.ends_with("/tcp")) {
                parts.at(port).text.remove_suffix(4);
            }
        }
        if (line.size() > 4) {
            return reader_.complain(line[4], "has no like in plug");
        }
        if (reader_.add(parts[0], parts[1], parts[2], parts[3]) != nullptr) {
            forwards_.push_back(parts[0]);
        }
    }

    forwards_reader reader_;
    std::vector<word> forwards_; // where each of the plugs was found
    std::vector<network_prefix> for_all_;
};

template <typename Read> void for_each_line(std::string_view text, Read read) {
    std::uint32_t number = 0;
    for (const auto line : split(text, '\n')) {
        const auto words = words_of(line, ++number);
        if (!words.empty()) {
            read(words);
        }
    }
}

} // namespace

read_forwards read_rinetd(std::string_view text) {
    rinetd_reader reader;
    for_each_line(text, [&](const line_of_words& line) {
        const auto comment =
            std::ranges::find_if(line, [](const word& each) { return each.text.starts_with('#'); });
        if (comment != line.begin()) {
            reader.read({line.begin(), comment});
        }
    });
    return reader.take();
}

read_forwards read_portproxy(std::string_view text) {
    forwards_reader reader;
    for_each_line(text, [&](const line_of_words& line) {
        // Headings are in the language of the system; a forward is known by its ports.
        if (line.size() == 4 && all_digits(line[1].text) && all_digits(line[3].text)) {
            reader.add(line[0], line[1], line[2], line[3]);
        }
    });
    return reader.take();
}

} // namespace plug
