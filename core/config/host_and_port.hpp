// Takes a host and its port apart, before either is judged.
#pragma once

#include <optional>
#include <string_view>

namespace plug {

/// The host and the port of a text, as written; a port of nullopt was not there.
struct host_and_port {
    std::string_view host;
    std::optional<std::string_view> port;
};

/// Takes `host`, `host:port`, `[v6]`, `[v6]:port` and bare IPv6 apart. Nothing = the brackets are
/// not where they belong.
std::optional<host_and_port> split_host_and_port(std::string_view text);

} // namespace plug
