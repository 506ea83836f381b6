// What both command lines have in common: targets, networks, the HTTPS proxy, and the last steps
// that turn what was read into settings that can be run.
#pragma once

#include "core/config/parsed.hpp"
#include "core/config/validate.hpp"
#include "service/options/settings.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace plug {

/// Puts the value of `read` into `into`, or adds a problem about `where`.
template <typename Value, typename Into>
void take(parsed<Value> read, std::string where, Into& into, std::vector<problem>& problems) {
    if (read) {
        into = std::move(*read.value);
    } else {
        problems.push_back({std::move(where), std::move(read.why)});
    }
}

/// Adds the targets that `words` name to `plug`; one without a port takes that of the first
/// listener.
void read_targets(std::span<const std::string> words, plug_config& plug,
                  std::vector<problem>& problems);

/// Adds the networks of a list with commas to `plug`; `option` names it in problems.
void read_networks(std::string_view list, const std::string& option, plug_config& plug,
                   std::vector<problem>& problems);

/// `[user:password@]host[:port]`; without a port, 80.
parsed<https_proxy_config> parse_via(std::string_view text);

/// The path as it was written, which must not be empty.
parsed<std::filesystem::path> parse_path(std::string_view text);

/// Makes the paths of `settings` absolute against the current directory.
void make_paths_absolute(plug::settings& settings);

/// What is wrong with the values of `settings`, without a look at this machine.
[[nodiscard]] std::vector<problem> value_problems_of(const plug::settings& settings);

/// What is wrong with `settings` as a whole. What is missing altogether is left out: the readers of
/// the command lines say that themselves.
[[nodiscard]] std::vector<problem> problems_of(const plug::settings& settings);

} // namespace plug
