// The help of the whole program and of one command, made from the tables.
#include "service/commands/help_text.hpp"
#include "service/commands/table.hpp"
#include "service/options/table.hpp"
#include "tests/unit/service/options/line_support.hpp"

using namespace plug;
using namespace plug::test;

namespace {

std::string written(const command_option& option) {
    return "--" + std::string(option.form.name) +
           (option.form.value.empty() ? "" : " " + std::string(option.form.value));
}

std::string one_line(std::string text) {
    std::ranges::replace(text, '\n', ' ');
    std::string line;
    std::ranges::unique_copy(text, std::back_inserter(line),
                             [](char a, char b) { return a == ' ' && b == ' '; });
    return line;
}

} // namespace

BOOST_AUTO_TEST_SUITE(help)

BOOST_AUTO_TEST_CASE(every_command_and_every_option_of_it_is_in_the_whole_help) {
    const auto help = one_line(help_text());
    for (const auto* row : commands()) {
        BOOST_TEST(has(help, " " + std::string(row->name) + " "), row->name);
        BOOST_TEST(has(help, row->help.data()), row->name);
        for (const auto& option : row->options) {
            BOOST_TEST(has(help, "[" + written(option) + "]") != option.is_hidden, written(option));
        }
    }
}

BOOST_AUTO_TEST_CASE(the_help_of_a_command_has_its_usage_its_purpose_and_its_options_alone) {
    const auto text = printed("help explain");
    BOOST_TEST(text.starts_with("usage: plug explain PLUG CLIENT ["), text);
    BOOST_TEST(has(text, "\n\nPrint what the plug that runs would do with that client, and why"));
    BOOST_TEST(has(text, "\n\nOptions:\n  --"), text);
    BOOST_TEST(!has(text, "--sticky"));
    BOOST_TEST(!has(text, "reload"));
    for (const auto* row : commands()) {
        const auto help = help_text_of(*row);
        for (const auto& option : row->options) {
            BOOST_TEST(has(help, "\n  " + written(option)) != option.is_hidden, help);
        }
        std::istringstream lines(help);
        for (std::string line; std::getline(lines, line);) {
            BOOST_TEST(line.size() <= 80U, line);
            BOOST_TEST(!line.ends_with(' '), line);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_command_without_operands_has_one_usage) {
    for (const auto* name : {"reload", "demo", "version"}) {
        const auto text = printed("help " + std::string(name));
        const auto first = text.find("plug " + std::string(name));
        BOOST_TEST(first != std::string::npos, text);
        BOOST_TEST(!has(text.substr(first + 1, 200), "plug " + std::string(name) + " ["), text);
    }
    BOOST_TEST(has(printed("help run"), "Without any plug it runs those of "));
}

BOOST_AUTO_TEST_CASE(the_help_of_run_has_every_option) {
    const auto text = printed("run --help");
    BOOST_TEST(text.starts_with("usage: plug [run] LISTEN TARGET..."), text);
    for (const auto& option : long_options()) {
        BOOST_TEST(has(text, "\n  --" + std::string(option.form.name)), option.form.name);
    }
}

BOOST_AUTO_TEST_CASE(a_refused_line_is_followed_by_the_usage_of_its_command) {
    BOOST_TEST(has(refusal("explain web").usage, "usage: plug explain PLUG CLIENT"));
    BOOST_TEST(has(refusal("explain web").usage, "See plug help explain.\n"));
    BOOST_TEST(!has(refusal("explain web").usage, "LISTEN"));
    const auto general = refusal("7001").usage;
    BOOST_TEST(has(general, "usage: plug [run] LISTEN TARGET..."));
    for (const auto* row : commands()) {
        BOOST_TEST(has(general, std::string(row->name)), general);
    }
    // Options stand in front of a `--`.
    const auto convert = one_line(refusal("convert").usage);
    BOOST_TEST(has(convert, "[--append FILE] -- ARGUMENT..."), convert);
}

BOOST_AUTO_TEST_CASE(help_takes_one_command) {
    BOOST_TEST(has(reasons("help explian"), "explian: is not expected; did you mean explain?"));
    BOOST_TEST(has(reasons("help check config"), "config: is not expected"));
    BOOST_TEST(has(reasons("help quux"), "quux: is not expected; plug help takes"));
}

BOOST_AUTO_TEST_SUITE_END()
