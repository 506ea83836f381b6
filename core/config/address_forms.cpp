#include "core/config/address_forms.hpp"

#include "core/config/characters.hpp"
#include "core/config/host_and_port.hpp"

#include <algorithm>
#include <vector>

namespace plug {

namespace {

namespace ip = boost::asio::ip;

constexpr std::size_t longest_name = 253;
constexpr std::size_t longest_label = 63;
constexpr std::size_t longest_interface = 64;

bool digits_and_dots(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || c == '.'; });
}

parsed<address> read_v4(std::string_view text) {
    const auto parts = split(text, '.');
    if (parts.size() != 4) {
        return parsed<address>::bad(quoted(text) +
                                    " is not an IPv4 address: it takes four numbers with dots, "
                                    "such as 10.0.0.1");
    }
    ip::address_v4::bytes_type bytes{};
    for (std::size_t i = 0; i < 4; ++i) {
        const auto part = read_number(parts[i], 255U);
        if (!part) {
            return parsed<address>::bad(quoted(text) + " is not an IPv4 address: " +
                                        quoted(parts[i]) + " is not a number from 0 to 255");
        }
        if (parts[i].size() > 1 && parts[i].front() == '0') {
            return parsed<address>::bad(quoted(text) + " is ambiguous: " + quoted(parts[i]) +
                                        " may be octal; write it without the leading zero");
        }
        bytes[i] = static_cast<unsigned char>(*part);
    }
    return parsed<address>::ok(ip::address_v4(bytes));
}

parsed<address> read_v6(std::string_view text) {
    boost::system::error_code error;
    const auto made = ip::make_address_v6(std::string(text), error);
    if (error) {
        return parsed<address>::bad(quoted(text) +
                                    " is not an IPv6 address, such as 2001:db8::1 or [::1]");
    }
    const auto scope = text.find('%');
    if (scope != std::string_view::npos && made.scope_id() == 0) {
        return parsed<address>::bad("scope " + quoted(text.substr(scope + 1)) +
                                    " is no network interface of this machine");
    }
    return parsed<address>::ok(made);
}

bool is_label(std::string_view label) {
    return !label.empty() && label.size() <= longest_label && label.front() != '-' &&
           label.back() != '-' && std::all_of(label.begin(), label.end(), [](char c) {
               return is_digit(c) || is_letter(c) || c == '-' || c == '_';
           });
}

/// Whether a resolver would take the name for an address: its last label is a number.
bool ends_in_number(std::string_view label) {
    if (label.size() > 2 && label[0] == '0' && (label[1] == 'x' || label[1] == 'X')) {
        label.remove_prefix(2);
        return std::all_of(label.begin(), label.end(), is_hex_digit);
    }
    return all_digits(label);
}

/// Why `text` cannot be the name of a host; empty = it can.
std::string fault_of_name(std::string_view text) {
    const auto name = text.substr(0, text.size() - (text.ends_with('.') ? 1 : 0));
    if (name.empty() || name.size() > longest_name) {
        return "a host name has 1 to 253 characters";
    }
    const auto labels = split(name, '.');
    if (!std::all_of(labels.begin(), labels.end(), is_label)) {
        return quoted(text) + " is neither an address nor a host name: letters, digits and hyphens "
                              "in parts of 1 to 63, joined by dots";
    }
    if (ends_in_number(labels.back())) {
        return quoted(text) + " is neither a host name nor an address, such as 10.0.0.1";
    }
    return {};
}

parsed<host_port> read_host(std::string_view text) {
    const bool numeric =
        text.front() == '[' || text.find(':') != std::string_view::npos || digits_and_dots(text);
    host_port made;
    if (numeric) {
        auto read = parse_address(text);
        if (!read) {
            return parsed<host_port>::bad(std::move(read.why));
        }
        made.numeric = *read;
    } else if (auto fault = fault_of_name(text); !fault.empty()) {
        return parsed<host_port>::bad(std::move(fault));
    }
    made.host = text.front() == '[' ? text.substr(1, text.size() - 2) : text;
    return parsed<host_port>::ok(std::move(made));
}

} // namespace

parsed<std::uint16_t> parse_port(std::string_view text) {
    const auto value = read_number(text, 65535U);
    if (!value || *value == 0) {
        return parsed<std::uint16_t>::bad("port " + quoted(text) +
                                          " is not a number from 1 to 65535");
    }
    return parsed<std::uint16_t>::ok(static_cast<std::uint16_t>(*value));
}

parsed<address> parse_address_as_written(std::string_view text) {
    const bool bracketed = text.size() >= 2 && text.front() == '[' && text.back() == ']';
    const auto inner = bracketed ? text.substr(1, text.size() - 2) : text;
    if (inner.find(':') != std::string_view::npos) {
        return read_v6(inner);
    }
    if (bracketed) {
        return parsed<address>::bad(quoted(text) + " is not an IPv6 address; brackets are for "
                                                   "IPv6 alone");
    }
    if (digits_and_dots(text)) {
        return read_v4(text);
    }
    return parsed<address>::bad(quoted(text) + " is not an address in numbers, such as 10.0.0.1 "
                                               "or 2001:db8::1");
}

parsed<address> parse_address(std::string_view text) {
    auto read = parse_address_as_written(text);
    return read ? parsed<address>::ok(unmapped(*read)) : read;
}

parsed<std::string> parse_outgoing(std::string_view text) {
    if (text.find(':') != std::string_view::npos || digits_and_dots(text)) {
        auto read = parse_address(text);
        return read ? parsed<std::string>::ok(std::string(text))
                    : parsed<std::string>::bad(std::move(read.why));
    }
    const bool printable = std::all_of(text.begin(), text.end(),
                                       [](char c) { return c > ' ' && c != 0x7f && c != '/'; });
    if (text.empty() || text.size() > longest_interface || !printable) {
        return parsed<std::string>::bad(quoted(text) + " is neither an address nor the name of a "
                                                       "network interface, such as eth0");
    }
    return parsed<std::string>::ok(std::string(text));
}

parsed<host_port> parse_host_port(std::string_view text) {
    const auto parts = split_host_and_port(text);
    if (!parts) {
        return parsed<host_port>::bad("brackets belong around an IPv6 address, as in [::1]:443");
    }
    if (parts->host.empty()) {
        return parsed<host_port>::bad("the address is missing, as in 10.0.0.1:443");
    }
    auto made = read_host(parts->host);
    if (!made || !parts->port) {
        return made;
    }
    auto port = parse_port(*parts->port);
    if (!port) {
        return parsed<host_port>::bad(std::move(port.why));
    }
    made.value->port = *port;
    return made;
}

} // namespace plug
