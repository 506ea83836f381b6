// What the control channel serves: HTTP/1.1 with JSON, one request a connection.
//   POST /reload   -> {"done": true, "changes": [...]} or {"done": false, "problems": [...]}
//   POST /reload?empty=true   the same, where the file may hold no plug
//   GET /addresses   -> {"process": NUMBER, "addresses": ["127.0.0.1:80", ...]}
//   GET /plugs   -> {"plugs": ["web", ...]}
//   GET /explain?plug=NAME&client=ADDRESS   -> see explanation_json.hpp
// Where there is no answer: {"error": "..."}. What may be read later (monitoring) is a GET beside
// them, which all who may connect may ask; what changes something is a POST, for the plug's own
// user and root (status 403 for others).
#pragma once

#include "core/config/address_forms.hpp"
#include "core/config/parsed.hpp"
#include "core/engine/explanation.hpp"
#include "platform/control_channel.hpp"
#include "service/control/explain_query.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace plug {

/// What a reload came to.
struct reload_report {
    /// False = nothing has changed, because of `problems`.
    bool done = false;
    /// Lines as of changes_between().
    std::vector<std::string> changes;
    /// Of those, what waits for the next start.
    std::vector<std::string> waiting;
    /// Lines of the file's report, or what the system refused.
    std::vector<std::string> problems;
    /// This client may not ask for it; nothing was tried.
    bool is_refused = false;
};

/// Where a plug that runs listens.
struct held_addresses {
    std::uint64_t process = 0;
    std::vector<listen_address> addresses;
};

/// What a running plug does for a client of its control channel. Called on the channel's thread.
struct control_actions {
    std::function<reload_report(bool may_be_empty)> reload;
    /// Bad = why there is no answer.
    std::function<parsed<plug_explanation>(const explain_query&)> explain{};
    std::function<held_addresses()> addresses{};
    /// Does what takes its time, on another thread: a reload. Empty = on the channel's thread.
    std::function<void(std::function<void()>)> aside{};
    /// The names of the plugs, in the order of the configuration.
    std::function<std::vector<std::string>()> plugs{};
};

/// A request of `peer` to `actions`, which must outlive it. Whatever the client sends, there is a
/// reply.
std::unique_ptr<platform::control_request> make_control_request(const control_actions& actions,
                                                                const platform::control_peer& peer);

/// What is asked, and what is changed, by their targets in requests.
inline constexpr std::string_view addresses_path = "/addresses";
inline constexpr std::string_view plugs_path = "/plugs";
inline constexpr std::string_view reload_path = "/reload";
inline constexpr std::string_view reload_to_empty = "/reload?empty=true";

/// The bytes of a request, as a client sends them.
[[nodiscard]] std::string control_request_text(const std::string& method,
                                               const std::string& target);

/// The reply to `GET /explain`.
struct explain_reply {
    /// Without the end of a line; empty = there is a problem.
    std::string json;
    /// One line.
    std::string problem;
    /// The plug has understood what was asked, and knows no such thing.
    bool is_unknown = false;
};
[[nodiscard]] explain_reply read_explain_reply(const std::string& bytes);

/// Reads the reply to `GET /addresses`; bad = it is none.
[[nodiscard]] parsed<held_addresses> read_addresses_reply(const std::string& bytes);

/// Reads the reply to `GET /plugs`; bad = it is none.
[[nodiscard]] parsed<std::vector<std::string>> read_plugs_reply(const std::string& bytes);

/// Reads the reply to `POST /reload`; what cannot be understood is a problem in it.
[[nodiscard]] reload_report read_reload_reply(const std::string& bytes);

} // namespace plug
