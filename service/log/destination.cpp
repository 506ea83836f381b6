#include "service/log/destination.hpp"

#include "platform/journal.hpp"
#include "platform/system_log.hpp"

#include <array>

namespace plug {

namespace {

/// For messages.
std::string names_of_places() {
    std::string names;
    for (const auto& place : log_places()) {
        names += (names.empty() ? "" : ", ") + std::string(place.name);
    }
    return names;
}

/// Otherwise a misspelt word would make a file of that name.
bool looks_like_path(std::string_view text) {
    return text.find_first_of("/\\.") != std::string_view::npos;
}

} // namespace

named_values<log_place> log_places() noexcept {
    static const std::array<named_value<log_place>, 3> places{
        {{"stderr", log_place::standard_error},
         {platform::system_log_word(), log_place::system},
         {"journal", log_place::journal}}};
    return named_values<log_place>(places).first(platform::knows_journal() ? 3 : 2);
}

std::string text_of(const log_destination& destination) {
    return destination.file ? destination.file->string()
                            : std::string(name_in(log_places(), destination.place));
}

parsed<log_destination> parse_log_destination(std::string_view text) {
    if (const auto place = value_in(log_places(), text)) {
        return parsed<log_destination>::ok(log_destination{*place});
    }
    if (!looks_like_path(text)) {
        return parsed<log_destination>::bad("is no place for a log here; write " +
                                            names_of_places() +
                                            ", or the path of a file, such as ./plug.log");
    }
    return parsed<log_destination>::ok(log_destination{log_place::file, text});
}

} // namespace plug
