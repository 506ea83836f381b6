#include "service/file/loader.hpp"

#include "platform/privileges.hpp"
#include "platform/root_folder.hpp"
#include "service/file/reader.hpp"
#include "service/file/report.hpp"
#include "service/text/text_file.hpp"

#include <algorithm>
#include <iterator>
#include <system_error>

namespace plug {

namespace {

namespace fs = std::filesystem;

/// Editors leave hidden files and such as end in ~ or .bak; they are none of ours.
bool is_part(const fs::path& path) {
    return path.extension() == ".toml" && !path.filename().string().starts_with('.');
}

/// Root does not run what others may have written. One line, empty = all right.
std::string why_open(const fs::path& path) {
    if (!platform::started_as_root() || !platform::anyone_may_write(platform::within_root(path))) {
        return {};
    }
    return path.string() + ": anyone may write to it, so that root does not run it; chmod o-w " +
           path.string() + ", mount it read-only, or start plug as a user who is not root\n";
}

/// The files of conf.d beside the file at `path`, sorted by name. `why` tells what is wrong with
/// the folder.
std::vector<fs::path> parts_beside(const fs::path& path, std::string& why) {
    const auto folder = path.parent_path() / "conf.d";
    std::vector<fs::path> found;
    const auto here = platform::within_root(folder);
    std::error_code error;
    if (!fs::is_directory(here, error)) {
        return found;
    }
    why = why_open(folder);
    for (fs::directory_iterator each(here, error), end; !error && each != end;
         each.increment(error)) {
        if (is_part(each->path())) {
            found.push_back(folder / each->path().filename());
        }
    }
    if (error) {
        why += folder.string() + ": cannot be read: " + error.message() + "\n";
    }
    std::ranges::sort(found);
    return found;
}

/// Reads the file at `path` too; `why` tells where that fails.
void add_text(std::vector<source_text>& texts, const fs::path& path, std::string& why) {
    why += why_open(path);
    auto text = text_of_file(path);
    if (text) {
        texts.push_back({path.string(), std::move(*text.value)});
    } else {
        why += path.string() + ": " + text.why + "\n";
    }
}

/// Gives the files that are TOML to `reader`. False = the first one is none: nobody knows then what
/// the plugs of the others inherit, nor what becomes of the command line.
bool read_all(file_reader& reader, std::span<const source_text> texts) {
    bool is_whole = true;
    for (std::uint32_t file = 0; file < texts.size(); ++file) {
        const auto tree = parse_toml(texts[file].text, file);
        if (const auto* broken = std::get_if<file_problem>(&tree)) {
            reader.refuse(*broken);
            is_whole = is_whole && file > 0;
        } else if (file == 0) {
            reader.read(std::get<file_value>(tree));
        } else if (is_whole) {
            reader.read_part(std::get<file_value>(tree));
        }
    }
    return is_whole;
}

} // namespace

configuration_file load_configuration_file(const fs::path& path, line_3 line,
                                           bool by_default_detached,
                                           std::optional<std::string> text) {
    configuration_file unread;
    std::vector<source_text> texts;
    unread.report = why_open(fs::absolute(path).parent_path());
    if (text) {
        texts.push_back({path.string(), *std::move(text)});
    } else {
        add_text(texts, path, unread.report);
    }
    if (!unread.report.empty()) {
        return unread;
    }
    for (const auto& part : parts_beside(path, unread.report)) {
        add_text(texts, part, unread.report);
    }
    auto made = read_configuration_texts(texts, path, std::move(line), by_default_detached);
    made.report += unread.report;
    return made;
}

configuration_file read_configuration_text(std::string_view text, const fs::path& path, line_3 line,
                                           bool by_default_detached) {
    const source_text one{path.string(), std::string(text)};
    return read_configuration_texts({&one, 1}, path, std::move(line), by_default_detached);
}

configuration_file read_configuration_texts(std::span<const source_text> texts,
                                            const fs::path& path, line_3 line,
                                            bool by_default_detached) {
    configuration_file made;
    std::vector<std::string> names;
    std::ranges::transform(texts, std::back_inserter(names), &source_text::name);
    const auto absolute = fs::absolute(path).lexically_normal();
    file_reader reader(line, absolute.parent_path(), std::move(names));
    if (read_all(reader, texts)) {
        made.line_problems = reader.judge(by_default_detached);
    }
    made.report = report_of(texts, std::move(reader.problems()));
    made.warnings = report_of(texts, std::move(reader.warnings()));
    made.settings = std::move(line.settings);
    made.settings.config_file = absolute;
    made.parts = texts.size() - 1;
    return made;
}

} // namespace plug
