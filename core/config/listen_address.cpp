// LISTEN, as it is written.
#include "core/config/address_forms.hpp"
#include "core/config/characters.hpp"
#include "core/config/host_and_port.hpp"

#include <algorithm>

namespace plug {

namespace {

constexpr std::size_t longest_passed_name = 255;
constexpr std::string_view passed_prefix = "fd:";

/// A name as systemd allows it (FileDescriptorName=), but that a slash ends it.
parsed<listen_address> read_passed_name(std::string_view name) {
    const bool printable =
        std::all_of(name.begin(), name.end(), [](char c) { return c >= ' ' && c < 0x7f; });
    if (name.empty() || name.size() > longest_passed_name || !printable) {
        return parsed<listen_address>::bad(
            "names no socket; write fd:NAME, as FileDescriptorName= of the socket unit has it");
    }
    listen_address made;
    made.passed_name = name;
    return parsed<listen_address>::ok(std::move(made));
}

/// Reads the side of a LISTEN in front of the slash.
parsed<listen_address> read_listening_side(std::string_view text) {
    // With one more colon it is an IPv6 address.
    if (text.starts_with(passed_prefix) && text.find(':', passed_prefix.size()) == text.npos) {
        return read_passed_name(text.substr(passed_prefix.size()));
    }
    const auto parts = split_host_and_port(text);
    if (!parts) {
        return parsed<listen_address>::bad("brackets belong around an IPv6 address, as in "
                                           "[::1]:443");
    }
    if (!parts->port && text.find(':') != std::string_view::npos) {
        const auto shown = text.front() == '[' ? std::string(text) : "[" + std::string(text) + "]";
        return parsed<listen_address>::bad("has no port; write " + shown + ":PORT");
    }
    if (!parts->port && text.find('.') != std::string_view::npos) {
        return parsed<listen_address>::bad("has no port; write " + std::string(text) + ":PORT");
    }
    auto port = parse_port(parts->port ? *parts->port : text);
    if (!port) {
        return parsed<listen_address>::bad(std::move(port.why));
    }
    listen_address made;
    made.port = *port;
    if (!parts->port || parts->host.empty() || parts->host == "*") {
        return parsed<listen_address>::ok(std::move(made));
    }
    auto host = parse_address(parts->host);
    if (!host) {
        return parsed<listen_address>::bad(std::move(host.why));
    }
    made.host = *host;
    return parsed<listen_address>::ok(std::move(made));
}

} // namespace

parsed<listen_address> parse_listen(std::string_view text) {
    const auto slash = text.find('/');
    auto made = read_listening_side(text.substr(0, slash));
    if (!made || slash == std::string_view::npos) {
        return made;
    }
    auto outgoing = parse_outgoing(text.substr(slash + 1));
    if (!outgoing) {
        return parsed<listen_address>::bad(std::move(outgoing.why));
    }
    made.value->outgoing = *outgoing;
    return made;
}

std::string to_text(const listen_address& listen) {
    if (!listen.passed_name.empty()) {
        return std::string(passed_prefix) + listen.passed_name;
    }
    return listen.host ? to_text(boost::asio::ip::tcp::endpoint(*listen.host, listen.port))
                       : std::to_string(listen.port);
}

} // namespace plug
