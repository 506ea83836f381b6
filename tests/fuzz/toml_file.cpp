// A configuration file: the reader of TOML and what is made of it.
#include "service/file/loader.hpp"
#include "service/file/toml_tree.hpp"
#include "service/file/writer.hpp"
#include "service/options/plug_arguments.hpp"

#include "tests/fuzz/property.hpp"

using namespace plug;
using fuzz::require;

namespace {

void lies_within(const file_position& at, std::uint32_t lines) {
    require(at.line >= 1 && at.line <= lines && at.column >= 1, "a position lies within the file");
}

void check_positions(const file_value& value, std::uint32_t lines) {
    lies_within(value.at, lines);
    for (const auto& part : value.parts) {
        check_positions(part, lines);
    }
}

void check_report(const configuration_file& file) {
    require((file.report.starts_with("f.toml:") || file.report.starts_with("part.toml:")) &&
                file.report.ends_with('\n'),
            "a report names the file and is whole lines");
    // Text beyond ASCII is shown as it stands in the file.
    require(std::ranges::none_of(
                file.report, [](char c) { return (c >= 0 && c < ' ' && c != '\n') || c == 0x7f; }),
            "a report is free of control characters");
}

/// What `plug config` prints is a file that means the same.
void survives_writing(const settings& read) {
    const auto whole = whole_file_of(read, false);
    const auto again = read_configuration_text(whole, "f.toml", empty_line_3(), false);
    require(again.report.empty(), "a file that was written can be read");
    require(whole_file_of(again.settings, false) == whole, "it means the same");
}

/// The file, and one of conf.d behind a line that begins with ---.
std::vector<source_text> files_of(std::string_view text) {
    const auto end = text.find("\n---");
    std::vector<source_text> files{{"f.toml", std::string(text.substr(0, end))}};
    if (end != std::string_view::npos) {
        files.push_back({"part.toml", std::string(text.substr(end + 4))});
    }
    return files;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = fuzz::text_of(data, size);
    const auto lines = 1 + static_cast<std::uint32_t>(std::ranges::count(text, '\n'));
    const auto tree = parse_toml(text);
    if (const auto* broken = std::get_if<file_problem>(&tree)) {
        lies_within(broken->at, lines);
    } else {
        check_positions(std::get<file_value>(tree), lines);
    }
    const auto file = read_configuration_texts(files_of(text), "f.toml", empty_line_3(), false);
    require(!std::holds_alternative<file_problem>(tree) || file.parts > 0 || !file.report.empty(),
            "what is no TOML is reported");
    if (!file.report.empty()) {
        check_report(file);
    } else if (file.line_problems.empty()) {
        require(problems_of(file.settings).empty(), "what is not reported is right as a whole");
        survives_writing(file.settings);
    }
    return 0;
}
