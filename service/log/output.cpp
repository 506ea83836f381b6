#include "service/log/output.hpp"

#include "platform/journal.hpp"
#include "service/log/file_output.hpp"
#include "service/log/journal_output.hpp"

#include <memory>
#include <utility>

namespace plug {

namespace {

/// The log without --log-to, or if the named place is not available.
line_writer usual_lines(const log_wish& wish) {
    return wish.in_background ? system_log_lines(wish.identity)
                              : shared_lines(wish.identity, wish.left_to_system);
}

line_writer lines_in_journal(const log_wish& wish) {
    boost::system::error_code failed;
    std::shared_ptr<platform::journal> open = platform::journal::open(failed);
    auto usual = usual_lines(wish);
    return open ? journal_lines(std::move(open), wish.identity, std::move(usual)) : usual;
}

parsed<log_output> lines_in_file(const log_wish& wish) {
    const auto path = wish.destination.file.value_or("");
    const auto file = std::make_shared<log_file>(path);
    const auto failed = file->open();
    if (failed && failed != boost::system::errc::no_such_device_or_address) {
        return parsed<log_output>::bad("cannot open the log " + path.string() + ": " +
                                       failed.message());
    }
    file->fall_back_on(usual_lines(wish));
    return parsed<log_output>::ok(
        {[file](const log_line& line) { file->write(line); }, [file] { file->reopen(); }});
}

bool is_journal(const log_wish& wish) {
    const auto place = wish.destination.place;
    return place == log_place::journal || (place == log_place::usual && !wish.in_background &&
                                           platform::standard_error_is_journal());
}

} // namespace

parsed<log_output> open_log_output(const log_wish& wish) {
    if (is_journal(wish)) {
        return parsed<log_output>::ok({lines_in_journal(wish)});
    }
    switch (wish.destination.place) {
    case log_place::file:
        return lines_in_file(wish);
    case log_place::system:
        return parsed<log_output>::ok({system_log_lines(wish.identity)});
    case log_place::standard_error:
        return parsed<log_output>::ok({standard_error_lines()});
    case log_place::usual:
    case log_place::journal:
        break;
    }
    return parsed<log_output>::ok({usual_lines(wish)});
}

} // namespace plug
