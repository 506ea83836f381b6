#include "core/config/characters.hpp"
#include "service/convert/forwards_reader.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <tuple>

namespace plug {

namespace {

std::string in_small_letters(std::string_view text) {
    std::string small(text);
    std::ranges::transform(small, small.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return small;
}

/// The families of a line, in their order. netsh writes `ipv4` and `ipv6` in every language.
std::vector<ip_family> families_of(const line_of_words& line) {
    std::vector<ip_family> families;
    for (const auto& one : line) {
        const auto text = in_small_letters(one.text);
        for (auto at = text.find("ipv"); at != std::string::npos; at = text.find("ipv", at + 1)) {
            const char version = at + 3 < text.size() ? text[at + 3] : '\0';
            if (version == '4' || version == '6') {
                families.push_back(version == '4' ? ip_family::v4 : ip_family::v6);
            }
        }
    }
    return families;
}

ip_family family_of(char version) { return version == '4' ? ip_family::v4 : ip_family::v6; }

/// `v4tov6`: whom to listen to, and what to connect to.
bool is_pair_of_families(std::string_view text) {
    return text.size() == 6 && text[0] == 'v' && text.substr(2, 3) == "tov" &&
           (text[1] == '4' || text[1] == '6') && (text[5] == '4' || text[5] == '6');
}

/// What `add` and its like take, in the order in which they may stand without names.
enum parameter : std::size_t {
    listen_port,
    connect_address,
    connect_port,
    listen_address_,
    protocol
};
constexpr std::array<std::string_view, 5> parameter_names{
    "listenport", "connectaddress", "connectport", "listenaddress", "protocol"};
using parameters = std::array<std::optional<word>, parameter_names.size()>;

/// One line of a script for netsh.
struct netsh_command {
    std::string action;
    ip_family listen = ip_family::v4;
    ip_family connect = ip_family::v4;
    parameters given;
};

/// What netsh knows a forward by.
using forward_key = std::tuple<ip_family, std::string_view, std::string_view>;

forward_key key_of(const forward_words& forward) {
    return {forward.listen_family, forward.host.text, forward.port.text};
}

/// Reads what `show all` prints, and the commands that `dump` prints.
class portproxy_reader {
public:
    void read(const line_of_words& line) {
        // Headings are in the language of the system; a forward is known by its ports.
        if (line.size() == 4 && all_digits(line[1].text) && all_digits(line[3].text)) {
            put({line[0], line[1], line[2], line[3], listen_, connect_});
        } else if (!read_command(line)) {
            read_heading(line);
        }
    }

    [[nodiscard]] read_forwards take() {
        for (const auto& forward : forwards_) {
            if (forward) {
                reader_.add(*forward);
            }
        }
        return reader_.take();
    }

private:
    void read_heading(const line_of_words& line) {
        const auto families = families_of(line);
        if (!families.empty()) {
            listen_ = families.front();
            connect_ = families.back();
        }
    }

    void put(const forward_words& forward) {
        remove(forward);
        places_.emplace(key_of(forward), forwards_.size());
        forwards_.emplace_back(forward);
    }

    void remove(const forward_words& forward) {
        if (const auto place = places_.find(key_of(forward)); place != places_.end()) {
            forwards_[place->second].reset();
            places_.erase(place);
        }
    }

    /// False = the line is none.
    bool read_command(line_of_words line) {
        for (const auto* context : {"netsh", "netsh.exe", "interface", "portproxy"}) {
            if (!line.empty() && in_small_letters(line.front().text) == context) {
                line.erase(line.begin());
            }
        }
        const auto action = line.empty() ? std::string() : in_small_letters(line.front().text);
        if (action == "reset") {
            forwards_.clear();
            places_.clear();
            return true;
        }
        if (action != "add" && action != "set" && action != "delete") {
            return false;
        }
        const auto families = line.size() > 1 ? in_small_letters(line[1].text) : std::string();
        if (!is_pair_of_families(families)) {
            reader_.complain(line.size() > 1 ? line[1] : line[0],
                             "names no kind of forward; write v4tov4, v4tov6, v6tov4 or v6tov6");
            return true;
        }
        netsh_command command{action, family_of(families[1]), family_of(families[5]), {}};
        if (read_parameters(line, command)) {
            carry_out(command, line.front());
        }
        return true;
    }

    bool read_parameters(const line_of_words& line, netsh_command& command) {
        std::size_t next = 0;
        bool is_right = true;
        for (auto one = line.begin() + 2; one != line.end(); ++one) {
            const auto sign = one->text.find('=');
            const auto name = in_small_letters(one->text.substr(0, sign));
            const auto known = std::ranges::find(parameter_names, name);
            const auto number = sign == std::string_view::npos
                                    ? next++
                                    : static_cast<std::size_t>(known - parameter_names.begin());
            word value = *one;
            if (sign != std::string_view::npos) {
                value.at.column += static_cast<std::uint32_t>(sign) + 1;
                value.text.remove_prefix(sign + 1);
            }
            if (number >= parameter_names.size() || value.text.empty()) {
                reader_.complain(*one, "is nothing that netsh takes there; it takes listenport=, "
                                       "listenaddress=, connectport= and connectaddress=");
                is_right = false;
            } else {
                command.given.at(number) = value;
            }
        }
        return is_right;
    }

    void carry_out(const netsh_command& command, const word& action) {
        const auto& given = command.given;
        if (!given[listen_port]) {
            return reader_.complain(action, "needs listenport=");
        }
        if (given[protocol] && in_small_letters(given[protocol]->text) != "tcp") {
            return reader_.complain(*given[protocol], "is no protocol of plug, which relays TCP");
        }
        const word everywhere{action.at, "*"};
        const word here{action.at, "localhost"};
        forward_words forward{given[listen_address_].value_or(everywhere),
                              *given[listen_port],
                              given[connect_address].value_or(here),
                              given[connect_port].value_or(*given[listen_port]),
                              command.listen,
                              command.connect};
        if (command.action == "set") {
            keep_what_is_not_said(forward, given);
        }
        command.action == "delete" ? remove(forward) : put(forward);
    }

    /// `set` changes a forward that is there.
    void keep_what_is_not_said(forward_words& forward, const parameters& given) {
        if (const auto place = places_.find(key_of(forward)); place != places_.end()) {
            const auto& old = *forwards_[place->second];
            forward.target_host = given[connect_address].value_or(old.target_host);
            forward.target_port = given[connect_port].value_or(old.target_port);
        }
    }

    forwards_reader reader_;
    /// Unset = it was taken away again.
    std::vector<std::optional<forward_words>> forwards_;
    std::map<forward_key, std::size_t> places_;
    ip_family listen_ = ip_family::v4;
    ip_family connect_ = ip_family::v4;
};

} // namespace

read_forwards read_portproxy(std::string_view text) {
    portproxy_reader reader;
    for_each_line(text, [&](const line_of_words& line) { reader.read(line); });
    return reader.take();
}

} // namespace plug
