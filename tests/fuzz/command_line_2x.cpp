// A command line of Plugdaemon 2.x, a word on each line of the input.
#include "service/options/line_2x.hpp"

#include "service/commands/dispatch.hpp"
#include "service/convert/command_line_text.hpp"
#include "service/options/plug_arguments.hpp"

#include "tests/fuzz/property.hpp"

using namespace plug;
using fuzz::require;

namespace {

/// The words of a line that is quoted for a POSIX shell.
std::vector<std::string> shell_words(const std::string& line) {
    std::vector<std::string> words(1);
    bool inside = false;
    for (std::size_t at = 0; at < line.size(); ++at) {
        if (line[at] == '\'') {
            inside = !inside;
        } else if (!inside && line[at] == '\\') {
            words.back() += line[++at];
        } else if (!inside && (line[at] == ' ' || line[at] == '\n')) {
            words.emplace_back();
        } else {
            words.back() += line[at];
        }
    }
    std::erase(words, ""); // no argument of a line that can be run is empty
    return words;
}

/// Where a line listens and connects to, so that one reading can be compared with another.
std::string addresses_of(const settings& read) {
    std::string all;
    for (const auto& plug : read.engine.plugs) {
        for (const auto& listen : plug.listen) {
            all += to_text(listen) + "/" + listen.outgoing + " ";
        }
        for (const auto& target : plug.targets) {
            all += to_text(target.where) + " ";
        }
        all += plug.via ? to_text(plug.via->server) + " " + plug.via->credentials : "";
    }
    return all;
}

/// What a 2.x line means can be said in 3.0, and means the same there.
void survives_conversion(const settings& read) {
    const auto line = line_3_of(read);
    auto words = shell_words(line);
    words.erase(words.begin()); // plug
    const auto again = parse_command_line(words, false);
    const auto* run = std::get_if<run_command>(&again);
    require(run != nullptr, "a line that was converted can be run");
    require(line_3_of(run->settings) == line, "a line that was converted means the same");
    require(addresses_of(run->settings) == addresses_of(read), "its addresses are the same");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto words = fuzz::words_of(fuzz::text_of(data, size));
    auto line = read_line_2x(words);
    if (line.version || !line.problems.empty()) {
        return 0;
    }
    require(!line.settings.engine.plugs.front().targets.empty(), "without a target is a problem");
    make_paths_absolute(line.settings);
    if (problems_of(line.settings).empty()) {
        survives_conversion(line.settings);
    }
    return 0;
}
