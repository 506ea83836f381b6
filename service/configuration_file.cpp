#include "service/configuration_file.hpp"

#include "service/file_reader.hpp"
#include "service/file_report.hpp"
#include "service/text_file.hpp"

namespace plug {

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
