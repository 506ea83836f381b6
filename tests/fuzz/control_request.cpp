// The control channel: what clients send, and what a plug replies.
#include "service/control/control.hpp"
#include "service/control/explanation_text.hpp"

#include "tests/fuzz/property.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <exception>

using namespace plug;
using fuzz::require;

namespace {

plug_explanation explained(const explain_query& asked) {
    plug_explanation told;
    told.conf.name = asked.plug;
    told.conf.targets.resize(2);
    told.client = asked.client;
    told.pool.candidates.resize(2);
    told.checks.resize(2);
    return told;
}

/// The reply, or nothing while the request is not whole; and whether it reloaded.
std::string answer_to(std::string_view bytes, std::size_t portion, bool& reloaded) {
    const control_actions actions{[&](bool) {
                                      reloaded = true;
                                      return reload_report{true, {"a"}, {}, {}};
                                  },
                                  [](const explain_query& asked) {
                                      return asked.plug == "none"
                                                 ? parsed<plug_explanation>::bad("no such plug")
                                                 : parsed<plug_explanation>::ok(explained(asked));
                                  },
                                  [] {
                                      return held_addresses{1, {}};
                                  }};
    const auto request = make_control_request(actions, {true, "user 0"});
    while (!bytes.empty()) {
        if (request->take(bytes.substr(0, portion))) {
            return request->answer();
        }
        bytes.remove_prefix(std::min(portion, bytes.size()));
    }
    return {};
}

/// Whatever a plug says can be shown, or is told to be nothing that can.
void look_at_explanation(const std::string& reply) {
    const auto told = read_explain_reply(reply);
    require(told.json.empty() != told.problem.empty(), "there is an answer or a problem");
    try {
        const auto text = explanation_text(boost::json::parse(told.json));
        require(text.ends_with("\n"), "lines are whole");
        require(std::ranges::all_of(
                    text, [](char each) { return each == '\n' || (each >= ' ' && each < 0x7f); }),
                "no byte of a plug moves the terminal");
    } catch (const std::exception&) {
        return; // another reply
    }
}

/// What is understood is understood again as it would be sent.
void come_back(std::string_view query) {
    if (const auto asked = parse_explain_query(query)) {
        const auto again = parse_explain_query(to_text(*asked).substr(explain_path.size() + 1));
        require(again && again->plug == asked->plug && again->client == asked->client,
                "a query comes back");
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = fuzz::text_of(data, size);
    bool reloaded = false;
    const auto reply = answer_to(bytes, bytes.size(), reloaded);
    require(reply.empty() || reply.starts_with("HTTP/1.1 "), "every reply is HTTP");
    require(read_reload_reply(reply).done == reloaded, "done is said where it was done");
    bool again = false;
    static_cast<void>(answer_to(bytes, 5, again));
    require(again == reloaded, "portions make no difference");
    static_cast<void>(read_reload_reply(std::string(bytes)));
    static_cast<void>(read_addresses_reply(std::string(bytes)));
    look_at_explanation(reply);
    look_at_explanation(std::string(bytes));
    come_back(bytes);
    return 0;
}
