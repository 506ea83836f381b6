#include "service/file/secrets.hpp"

#include "core/config/characters.hpp"

namespace plug {

namespace {

void hide(std::optional<check_config>& check) {
    if (check && !check->send.empty()) {
        check->send = hidden;
    }
}

/// A word that may hold a password between its first colon and its last `@`.
std::string word_without_credentials(std::string_view word) {
    const auto colon = word.find(':');
    const auto at = word.rfind('@');
    if (colon == std::string_view::npos || at == std::string_view::npos || at < colon) {
        return std::string(word);
    }
    const auto between = word.substr(colon + 1, at - colon - 1);
    const bool is_form = between == "password" || between == "PASSWORD"; // what we say ourselves
    return is_form ? std::string(word)
                   : std::string(word.substr(0, colon + 1)) + std::string(hidden) +
                         std::string(word.substr(at));
}

} // namespace

settings without_secrets(settings shown) {
    for (auto& plug : shown.engine.plugs) {
        if (plug.via && !plug.via->credentials.empty()) {
            auto& credentials = plug.via->credentials;
            credentials = credentials.substr(0, credentials.find(':')) + ":" + std::string(hidden);
        }
        hide(plug.check);
        for (auto& target : plug.targets) {
            hide(target.check);
        }
    }
    return shown;
}

std::string without_credentials(std::string_view text) {
    std::string safe;
    for (const auto word : split(text, ' ')) {
        safe += (word.data() == text.data() ? "" : " ") + word_without_credentials(word);
    }
    return safe;
}

} // namespace plug
