#include "service/log/session_format.hpp"

namespace plug {

std::string_view name_of(session_format named) noexcept {
    return named == session_format::json ? "json" : "2.x";
}

parsed<session_format> parse_session_format(std::string_view text) {
    for (const auto format : {session_format::lines_2x, session_format::json}) {
        if (text == name_of(format)) {
            return parsed<session_format>::ok(format);
        }
    }
    return parsed<session_format>::bad("is neither 2.x (the lines that 2.x writes) nor json (one "
                                       "object a line)");
}

} // namespace plug
