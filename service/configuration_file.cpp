#include "service/configuration_file.hpp"

#include "core/config/parsed.hpp"
#include "service/file_reader.hpp"
#include "service/file_report.hpp"

#include <cerrno>
#include <fstream>
#include <system_error>

namespace plug {

namespace {

constexpr std::size_t most_bytes = std::size_t{16} << 20U;

parsed<std::string> text_of_file(const std::filesystem::path& path) {
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) {
        return parsed<std::string>::bad("is a directory; name a file");
    }
    errno = 0;
    std::ifstream file(path, std::ios::binary);
    if (!file) {
        return parsed<std::string>::bad("cannot be read: " +
                                        std::generic_category().message(errno));
    }
    std::string text(most_bytes + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    if (file.bad()) {
        return parsed<std::string>::bad("cannot be read");
    }
    if (text.size() > most_bytes) {
        return parsed<std::string>::bad("is longer than 16 MiB and so no configuration");
    }
    return parsed<std::string>::ok(std::move(text));
}

} // namespace

configuration_file load_configuration_file(const std::filesystem::path& path, line_3 line,
                                           bool by_default_detached) {
    const auto text = text_of_file(path);
    if (!text) {
        configuration_file unread;
        unread.report = path.string() + ": " + text.why + "\n";
        return unread;
    }
    return read_configuration_text(*text, path, std::move(line), by_default_detached);
}

configuration_file read_configuration_text(std::string_view text, const std::filesystem::path& path,
                                           line_3 line, bool by_default_detached) {
    configuration_file made;
    const auto tree = parse_toml(text);
    if (const auto* broken = std::get_if<file_problem>(&tree)) {
        made.report = report_of(path.string(), text, {*broken});
        return made;
    }
    const auto absolute = std::filesystem::absolute(path).lexically_normal();
    file_reader reader(line, absolute.parent_path());
    reader.read(std::get<file_value>(tree));
    made.line_problems = reader.judge(by_default_detached);
    made.report = report_of(path.string(), text, std::move(reader.problems()));
    made.settings = std::move(line.settings);
    made.settings.config_file = absolute;
    return made;
}

} // namespace plug
