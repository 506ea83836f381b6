#include "core/config/characters.hpp"
#include "service/convert/forwards_reader.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <tuple>

namespace plug {

namespace {

/// Rules on clients.
struct allow_rules {
    /// A rule that every client passes.
    bool everyone = false;
    std::vector<network_prefix> networks;
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

/// `8000[src=10.0.0.9]` is a port and the begin of options.
line_of_words with_options_apart(const line_of_words& line) {
    line_of_words words;
    for (const auto& one : line) {
        const auto bracket = one.text.find('[', 1);
        words.push_back({one.at, one.text.substr(0, bracket)});
        if (bracket != std::string_view::npos) {
            auto at = one.at;
            at.column += static_cast<std::uint32_t>(bracket);
            words.push_back({at, one.text.substr(bracket)});
        }
    }
    return words;
}

/// The options of a forward, without brackets, commas and the blanks around them and the signs.
struct forward_option {
    word name;
    word value;
};

word part_of(const word& whole, std::string_view part) {
    auto at = whole.at;
    at.column += static_cast<std::uint32_t>(part.data() - whole.text.data());
    return {at, part};
}

std::string_view without_blanks(std::string_view text) {
    const auto from = text.find_first_not_of(" \t\r");
    return from == std::string_view::npos
               ? text.substr(0, 0)
               : text.substr(from, text.find_last_not_of(" \t\r") - from + 1);
}

std::vector<forward_option> options_of(const word& inside) {
    std::vector<forward_option> options;
    for (const auto part : split(inside.text, ',')) {
        const auto sign = std::min(part.find('='), part.size());
        const auto value = part.substr(std::min(sign + 1, part.size()));
        options.push_back({part_of(inside, without_blanks(part.substr(0, sign))),
                           part_of(inside, without_blanks(value))});
    }
    return options;
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
            read_forward(with_options_apart(line));
        }
    }

    [[nodiscard]] read_forwards take() {
        for (std::size_t number = 0; number < forwards_.size(); ++number) {
            settle_rules(number);
        }
        return reader_.take();
    }

private:
    /// A client has to pass the rules for all and those of the forward.
    void settle_rules(std::size_t number) {
        const auto networks = [](const allow_rules& rules) {
            return rules.everyone ? std::vector<network_prefix>() : rules.networks;
        };
        const auto for_all = networks(for_all_);
        const auto own = networks(own_[number]);
        auto& allow = reader_.settings().engine.plugs[number].allow;
        const bool both = !own.empty() && !for_all.empty();
        allow = both ? common(own, for_all) : own.empty() ? for_all : own;
        if (both && allow.empty()) {
            reader_.complain(forwards_[number], "can be reached by nobody: its own allow rules "
                                                "and those for all have no client in common");
        }
    }

    void read_rule(const line_of_words& line) {
        if (line.front().text == "deny") {
            return reader_.complain(line.front(), "has no like in plug; name those who may come "
                                                  "with allow");
        }
        auto& rules = own_.empty() ? for_all_ : own_.back();
        // A star stands for any characters: for every address, of both families.
        if (line.size() == 2 && line[1].text.find_first_not_of('*') == std::string_view::npos) {
            rules.everyone = true;
            return;
        }
        const auto network = line.size() == 2 ? network_of(line[1].text) : std::nullopt;
        if (!network) {
            return reader_.complain(line.back(), "is no network that plug could allow; write whole "
                                                 "numbers and then stars, such as 10.1.*.*");
        }
        rules.networks.push_back(*network);
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
        if (parts[0].text == "0") { // which rinetd takes for every address
            parts[0].text = "0.0.0.0";
        }
        auto* plug = reader_.add({parts[0], parts[1], parts[2], parts[3]});
        plug_config dropped; // what is wrong with the options is told all the same
        dropped.listen.emplace_back();
        read_options(line, plug != nullptr ? *plug : dropped);
        if (plug != nullptr) {
            forwards_.push_back(parts[0]);
            own_.emplace_back();
        }
    }

    /// `[src=10.0.0.9, timeout=1200]`, which stands behind a forward.
    void read_options(const line_of_words& line, plug_config& plug) {
        if (line.size() == 4) {
            return;
        }
        const auto& first = line[4];
        const auto& last = line.back().text;
        const auto* begin = first.text.data();
        const std::string_view all(begin,
                                   static_cast<std::size_t>(last.data() - begin) + last.size());
        if (!all.starts_with('[') || !all.ends_with(']') || all.size() < 2) {
            return reader_.complain(first, "has no like in plug");
        }
        const auto inside = part_of({first.at, all}, all.substr(1, all.size() - 2));
        for (const auto& option : options_of(inside)) {
            read_option(option, plug);
        }
    }

    void read_option(const forward_option& option, plug_config& plug) {
        if (option.name.text == "timeout") {
            reader_.note(option.name, "is left out: rinetd itself heeds it for UDP alone; "
                                      "idle_timeout limits a plug");
        } else if (option.name.text != "src") {
            reader_.complain(option.name, "has no like in plug");
        } else if (!parse_address(option.value.text)) {
            reader_.complain(option.value, "is no address that connections could be made from");
        } else {
            plug.listen.front().outgoing = option.value.text;
        }
    }

    forwards_reader reader_;
    std::vector<word> forwards_; // where each of the plugs was found
    std::vector<allow_rules> own_;
    allow_rules for_all_;
};

} // namespace

read_forwards read_rinetd(std::string_view text) {
    rinetd_reader reader;
    for_each_line(text, [&](const line_of_words& line) {
        const auto comment =
            std::ranges::find_if(line, [](const word& one) { return one.text.starts_with('#'); });
        if (comment != line.begin()) {
            reader.read({line.begin(), comment});
        }
    });
    return reader.take();
}

} // namespace plug
