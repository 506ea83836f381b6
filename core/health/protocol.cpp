#include "core/health/protocol.hpp"

#include "core/config/byte_escapes.hpp"

#include <utility>

namespace plug {

step protocol::ended(std::string_view unread) {
    return fail("closed before " + awaited() +
                (unread.empty() ? "" : ", after " + excerpt(unread, 60)));
}

step line_protocol::read(std::string_view& unread) {
    step so_far;
    while (so_far.now == step::state::reading) {
        const auto end = unread.find('\n');
        if (end == std::string_view::npos) {
            break;
        }
        auto line = unread.substr(0, end);
        unread.remove_prefix(end + 1);
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        auto next = take_line(line);
        next.send.insert(0, so_far.send);
        so_far = std::move(next);
    }
    return so_far;
}

step say(std::string bytes) {
    return {step::state::reading, std::move(bytes), {}, step::leaving::at_once};
}

step pass(std::string reason, std::string farewell, step::leaving leave) {
    return {step::state::passed, std::move(farewell), std::move(reason), leave};
}

step fail(std::string reason, std::string farewell, step::leaving leave) {
    return {step::state::failed, std::move(farewell), std::move(reason), leave};
}

} // namespace plug
