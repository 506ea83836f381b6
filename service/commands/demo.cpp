#include "service/commands/demo.hpp"

#include "service/commands/table.hpp"
#include "service/options/plug_arguments.hpp"
#include "service/text/units.hpp"

#include <array>
#include <vector>

namespace plug {

namespace {

using words_span = std::span<const std::string>;

constexpr std::array<command_option, 2> options{
    {{{"port", "PORT"}, "listen on this port; 0 = any free one (8080)"},
     {{"seconds", "NUMBER"}, "end after so many seconds (with Ctrl-C)"}}};

void apply(const given_word& word, demo_options& demo, std::vector<problem>& problems) {
    if (word.option == "port" && word.value == "0") {
        demo.port = 0;
    } else if (word.option == "port") {
        take(parse_port(word.value), "--port", demo.port, problems);
    } else if (word.option == "seconds") {
        take(parse_plain_seconds(word.value), "--seconds", demo.seconds, problems);
    } else {
        problems.push_back({word.value, "is not expected; plug demo takes --port and --seconds"});
    }
}

command parse(words_span words) { return task_of(read_demo(words), run_demo); }

} // namespace

std::variant<demo_options, usage_error> read_demo(words_span words) {
    auto read = read_words_of(demo_row, words);
    demo_options demo;
    for (const auto& word : read.given) {
        apply(word, demo, read.problems);
    }
    if (!read.problems.empty()) {
        return refused(std::move(read.problems));
    }
    return demo;
}

constinit const command_row demo_row{
    "demo", "", "run three small web servers and a plug in front of them", options, {}, parse};

} // namespace plug
