// The control channel: what clients send, and what a plug replies.
#include "service/control.hpp"

#include "tests/fuzz/property.hpp"

using namespace plug;
using fuzz::require;

namespace {

/// The reply, or nothing while the request is not whole; and whether it reloaded.
std::string answer_to(std::string_view bytes, std::size_t portion, bool& reloaded) {
    const control_actions actions{[&] {
        reloaded = true;
        return reload_report{true, {"a"}, {}, {}};
    }};
    const auto request = make_control_request(actions);
    while (!bytes.empty()) {
        if (request->take(bytes.substr(0, portion))) {
            return request->answer();
        }
        bytes.remove_prefix(std::min(portion, bytes.size()));
    }
    return {};
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
    return 0;
}
