// Scripts of 2.x lines become one configuration.
#include "service/convert/script_2x.hpp"
#include "service/file/loader.hpp"
#include "service/file/writer.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace plug;

namespace {

/// The file that a good script becomes, which passes the check.
std::string file_of_good(const std::string& script) {
    const auto read = read_script_2x(script);
    for (const auto* faults : {&read.problems, &read.differences}) {
        BOOST_REQUIRE_MESSAGE(faults->empty(),
                              script << ": " << (faults->empty() ? "" : faults->front().what));
    }
    const auto file = file_of(read.settings);
    const auto report = read_configuration_text(file, "f", empty_line_3(), false).report;
    BOOST_TEST(report == "", file);
    return file;
}

std::string told(const std::vector<file_problem>& problems) {
    std::string all;
    for (const auto& one : problems) {
        all += std::to_string(one.at.line) + ":" + std::to_string(one.at.column) + " " + one.what +
               "\n";
    }
    return all;
}

const std::string two_lines = "#!/bin/sh\n"
                              "/usr/local/sbin/plug -lkf -t 600 8082 127.0.0.1:80 &\n"
                              "exec plug -l 25 10.0.0.9\n";

} // namespace

BOOST_AUTO_TEST_SUITE(script_2x)

BOOST_AUTO_TEST_CASE(every_line_is_a_plug_of_one_file) {
    BOOST_TEST(file_of_good(two_lines) ==
               "[process]\nlog_connections = true\ngrace = \"unlimited\"\n\n"
               "[plug.8082]\nlisten = [\"8082\"]\ntargets = [\"127.0.0.1:80\"]\n"
               "sticky = true\nsticky_timeout = \"10min\"\nretry = \"never\"\n"
               "keepalive = true\n\n"
               "[plug.25]\nlisten = [\"25\"]\ntargets = [\"10.0.0.9:25\"]\n"
               "retry = \"never\"\n");
}

BOOST_AUTO_TEST_CASE(names_are_unique) {
    const auto file = file_of_good("-i 127.0.0.1 25 10.0.0.1\nplug -i 127.0.0.2 25 10.0.0.1\n"
                                   "25 -i 127.0.0.3 10.0.0.1\n");
    for (const auto* name : {"[plug.25]", "[plug.25-2]", "[plug.25-3]"}) {
        BOOST_TEST(file.find(name) != std::string::npos, file);
    }
}

BOOST_AUTO_TEST_CASE(equal_options_of_the_process_are_merged) {
    BOOST_TEST(
        file_of_good("plug -P /run/p -S /log -dn 1 10.0.0.1\n"
                     "plug -d 2 10.0.0.1 -S /log -P /run/p\n")
            .starts_with("[process]\nsession_log = \"/log\"\ndebug = 1\npid_file = \"/run/p\"\n"
                         "grace = \"unlimited\"\n\n"));
}

BOOST_AUTO_TEST_CASE(options_of_the_process_that_differ_are_told_of_both_lines) {
    const auto read = read_script_2x("plug -l -P /run/a 1 10.0.0.1\n\nplug -P /run/b 2 10.0.0.1\n");
    BOOST_TEST(told(read.problems) == "");
    const auto differences = told(read.differences);
    for (const auto* one : {"3:1 pid_file is \"/run/b\" here and \"/run/a\" in line 1",
                            "1:1 pid_file is \"/run/a\" here and \"/run/b\" in line 3",
                            "3:1 log_connections is false here and true in line 1"}) {
        BOOST_TEST(differences.find(one) != std::string::npos, differences);
    }
    BOOST_TEST(told(read_script_2x("plug 1 10.0.0.1\nplug -P /p 2 10.0.0.1\n").differences)
                   .starts_with("2:1 pid_file is \"/p\" here and not set in line 1"));
}

BOOST_AUTO_TEST_CASE(another_command_is_told_with_its_line) {
    const auto begins = [](const std::string& script, const std::string& begin) {
        const auto all = told(read_script_2x(script).problems);
        BOOST_TEST(all.starts_with(begin), script << " gave " << all);
    };
    begins("plug -l 25 10.0.0.1\n iptables -F\n", "2:2 'iptables' is another command than plug");
    begins("PORT=25\n", "1:1 'PORT=25' is another command");
    begins("plug -l $PORT 10.0.0.1\n", "1:9 $ is for a shell to carry out");
    begins("plug -V\n", "1:6 -V: prints the version");
    begins("plug\n", "1:1 port: is missing");
    begins("plug -l 25 10.0.0.1:x\n", "1:12 10.0.0.1:x: ");
    begins("plug 25 10.0.0.1 --first\n", "1:18 --first: ");
    begins("plug -l 25 10.0.0.1\nplug -l 25 10.0.0.2\n", "2:1 listen 25: ");
}

BOOST_AUTO_TEST_CASE(the_name_of_the_program_may_come_first) {
    const auto rest = [](std::vector<std::string> words) { return without_program(words).size(); };
    BOOST_TEST(rest({"plug", "25", "x"}) == 2U);
    BOOST_TEST(rest({"/usr/local/sbin/plug", "25", "x"}) == 2U);
    BOOST_TEST(rest({"C:\\plug\\plug.exe", "25", "x"}) == 2U);
    BOOST_TEST(rest({"nohup", "exec", "plug", "25", "x"}) == 2U);
    BOOST_TEST(rest({"25", "plug", "x"}) == 3U);
    BOOST_TEST(rest({"exec", "unplug"}) == 2U);
    BOOST_TEST(rest({}) == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
