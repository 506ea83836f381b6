#include "service/log/destination.hpp"

#include "platform/journal.hpp"
#include "platform/system_log.hpp"

namespace plug {

namespace {

constexpr std::string_view standard_error_word = "stderr";
constexpr std::string_view journal_word = "journal";

parsed<log_destination> at(log_place place) {
    return parsed<log_destination>::ok(log_destination{place});
}

/// The words that are places here, for messages.
std::string known_words() {
    return "stderr, " + std::string(platform::system_log_word()) +
           (platform::knows_journal() ? ", journal" : "");
}

/// Otherwise a misspelt word would make a file of that name.
bool looks_like_path(std::string_view text) {
    return text.find_first_of("/\\.") != std::string_view::npos;
}

} // namespace

std::string text_of(const log_destination& destination) {
    switch (destination.place) {
    case log_place::usual:
        return {};
    case log_place::standard_error:
        return std::string(standard_error_word);
    case log_place::system:
        return std::string(platform::system_log_word());
    case log_place::journal:
        return std::string(journal_word);
    case log_place::file:
        break;
    }
    return destination.file.value_or("").string();
}

parsed<log_destination> parse_log_destination(std::string_view text) {
    if (text == standard_error_word) {
        return at(log_place::standard_error);
    }
    if (text == platform::system_log_word()) {
        return at(log_place::system);
    }
    if (text == journal_word && platform::knows_journal()) {
        return at(log_place::journal);
    }
    if (!looks_like_path(text)) {
        return parsed<log_destination>::bad("is no place for a log here; write " + known_words() +
                                            ", or the path of a file, such as ./plug.log");
    }
    return parsed<log_destination>::ok(log_destination{log_place::file, text});
}

} // namespace plug
