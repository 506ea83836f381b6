// Reads what other port forwarders are told: the file of rinetd, and the forwards of netsh
// portproxy.
#pragma once

#include "service/file/toml_tree.hpp"
#include "service/options/settings.hpp"

#include <string_view>
#include <vector>

namespace plug {

/// Plugs that do the same, and what plug cannot do or is not written well.
struct read_forwards {
    plug::settings settings;
    std::vector<file_problem> problems;
    /// What is left out and does no harm.
    std::vector<file_problem> notes{};
    /// Options of the process that two lines give differently: no one process can have both.
    std::vector<file_problem> differences{};
};

/// The file of rinetd (rinetd(8)): `bindaddress bindport connectaddress connectport [src=ADDRESS]`,
/// `allow`, `logfile` and `pidlogfile`. What plug has no like of is a problem: `deny`, UDP,
/// patterns that are no network.
[[nodiscard]] read_forwards read_rinetd(std::string_view text);

/// What `netsh interface portproxy show all` prints, in any language: below a heading that names
/// `ipv4` or `ipv6`, lines of an address, a port, an address and a port. Or what `netsh interface
/// portproxy dump` prints: the commands `add`, `set`, `delete` and `reset`.
[[nodiscard]] read_forwards read_portproxy(std::string_view text);

} // namespace plug
