// The forwards of rinetd and of netsh portproxy, and scripts of 2.x; the first byte chooses. Text
// may be UTF-16.
#include "service/convert/foreign_forwards.hpp"
#include "service/convert/script_2x.hpp"
#include "service/file/loader.hpp"
#include "service/file/writer.hpp"
#include "service/text/encoding.hpp"

#include "tests/fuzz/property.hpp"

using namespace plug;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const auto decoded = utf8_of(std::string(fuzz::text_of(data + 1, size - 1)));
    if (!decoded) {
        return 0;
    }
    const std::string_view text = *decoded.value;
    const auto read = data[0] == 's'     ? read_script_2x(text)
                      : data[0] % 2 == 0 ? read_rinetd(text)
                                         : read_portproxy(text);
    const auto lines = 1 + static_cast<std::uint32_t>(std::ranges::count(text, '\n'));
    for (const auto& each : read.problems) {
        require(each.at.line >= 1 && each.at.line <= lines && each.at.column >= 1,
                "a problem stands within the file");
    }
    if (!read.problems.empty()) {
        return 0;
    }
    // What is wrong with the plugs as a whole is told of the file that is made of them.
    const auto made = file_of(read.settings);
    const auto again = read_configuration_text(made, "f", empty_line_3(), false);
    require(!again.report.empty() ||
                again.settings.engine.plugs.size() == read.settings.engine.plugs.size(),
            "every forward is a plug of the file");
    const bool is_ascii = std::ranges::all_of(text, [](char c) { return c >= 0; });
    // A path may hold bytes that are no UTF-8, and TOML holds nothing else.
    require(!is_ascii || std::holds_alternative<file_value>(parse_toml(made)), "the file is TOML");
    return 0;
}
