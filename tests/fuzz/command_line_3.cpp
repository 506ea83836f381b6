// A command line of 3.0, or of either kind, a word on each line of the input.
#include "service/commands/dispatch.hpp"
#include "service/options/plug_arguments.hpp"

#include "tests/fuzz/property.hpp"

using namespace plug;
using fuzz::require;

namespace {

/// Whether the line may make the parser read a file: what fuzz_toml_file is for.
bool names_a_file(const std::vector<std::string>& words) {
    return std::ranges::any_of(words, [](const std::string& word) {
        return word == "check" || word == "config" || word == "convert" || word == "reload" ||
               word == "explain" || word.starts_with("--config");
    });
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto words = fuzz::words_of(fuzz::text_of(data, size));
    if (names_a_file(words)) {
        return 0;
    }
    const auto made = parse_command_line(words, false);
    if (const auto* run = std::get_if<run_command>(&made)) {
        require(problems_of(run->settings).empty(), "what is run is right as a whole");
        require(!run->settings.engine.plugs.empty(), "what is run has a plug");
    }
    if (const auto* refused = std::get_if<usage_error>(&made)) {
        require(!refused->problems.empty(), "a refusal has a reason");
        require(std::ranges::none_of(refused->problems,
                                     [](const problem& one) { return one.what.empty(); }),
                "every problem says what is wrong");
        require(refused->exit_code != 0, "a refusal is no success");
    }
    return 0;
}
