#include "core/config/host_and_port.hpp"

namespace plug {

namespace {

std::optional<host_and_port> split_bracketed(std::string_view text) {
    const auto close = text.find(']');
    if (close == std::string_view::npos) {
        return std::nullopt;
    }
    const auto rest = text.substr(close + 1);
    if (rest.empty()) {
        return host_and_port{text.substr(0, close + 1), std::nullopt};
    }
    if (rest.front() != ':') {
        return std::nullopt;
    }
    return host_and_port{text.substr(0, close + 1), rest.substr(1)};
}

} // namespace

std::optional<host_and_port> split_host_and_port(std::string_view text) {
    if (!text.empty() && text.front() == '[') {
        return split_bracketed(text);
    }
    const auto colon = text.find(':');
    if (colon == std::string_view::npos || text.find(':', colon + 1) != std::string_view::npos) {
        return host_and_port{text, std::nullopt};
    }
    return host_and_port{text.substr(0, colon), text.substr(colon + 1)};
}

} // namespace plug
