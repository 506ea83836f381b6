#include "tests/unit/service/options/line_support.hpp"

#include "service/convert/command_line_text.hpp"

using namespace plug;
using namespace plug::test;

namespace {

std::string networks_of(const plug_config& plug) {
    std::string all;
    for (const auto& network : plug.allow) {
        all += network.base.to_string() + "/" + std::to_string(network.bits) + " ";
    }
    return all;
}

std::string targets_of(const plug_config& plug) {
    std::string all;
    for (const auto& target : plug.targets) {
        all += target.where.host + "|" + to_text(target.where) + " ";
    }
    return all;
}

void check_same_plug(const plug_config& left, const plug_config& right) {
    BOOST_TEST(left.name == right.name);
    BOOST_TEST((left.listen.at(0).host == right.listen.at(0).host));
    BOOST_TEST(left.listen.at(0).port == right.listen.at(0).port);
    BOOST_TEST(left.listen.at(0).outgoing == right.listen.at(0).outgoing);
    BOOST_TEST(targets_of(left) == targets_of(right));
    BOOST_TEST((left.policy == right.policy));
    BOOST_TEST(left.affinity.enabled == right.affinity.enabled);
    BOOST_TEST((left.affinity.timeout == right.affinity.timeout));
    BOOST_TEST(left.affinity.capacity == right.affinity.capacity);
    BOOST_TEST((left.retry == right.retry));
    BOOST_TEST((left.connect_timeout == right.connect_timeout));
    BOOST_TEST(left.keepalive == right.keepalive);
    BOOST_TEST(networks_of(left) == networks_of(right));
    BOOST_TEST(left.resolve_names == right.resolve_names);
    BOOST_REQUIRE(left.via.has_value() == right.via.has_value());
    if (left.via) {
        BOOST_TEST(left.via->server.host == right.via->server.host);
        BOOST_TEST(left.via->server.port == right.via->server.port);
        BOOST_TEST(left.via->credentials == right.via->credentials);
        BOOST_TEST((left.via->reply_timeout == right.via->reply_timeout));
    }
}

void check_same(const settings& left, const settings& right) {
    BOOST_REQUIRE(left.engine.plugs.size() == right.engine.plugs.size());
    check_same_plug(left.engine.plugs.at(0), right.engine.plugs.at(0));
    BOOST_TEST((left.engine.threads == right.engine.threads));
    BOOST_TEST((left.engine.grace == right.engine.grace));
    BOOST_TEST((left.engine.spin == right.engine.spin));
    BOOST_TEST(left.detach == right.detach);
    BOOST_TEST(left.debug == right.debug);
    BOOST_TEST(left.log_connections == right.log_connections);
    BOOST_TEST((left.pid_file == right.pid_file));
    BOOST_TEST((left.session_log == right.session_log));
}

/// The words of `line`, read as a shell reads single quotes.
std::vector<std::string> shell_words(const std::string& line) {
    std::vector<std::string> words;
    bool inside = false;
    bool open = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char c = line[i];
        if (!inside && (c == ' ' || c == '\n')) {
            open = false;
            continue;
        }
        if (!open) {
            words.emplace_back();
            open = true;
        }
        if (c == '\'') {
            inside = !inside;
        } else if (c == '\\' && !inside) {
            words.back() += line[++i];
        } else {
            words.back() += c;
        }
    }
    return words;
}

} // namespace

BOOST_AUTO_TEST_SUITE(convert)

BOOST_AUTO_TEST_CASE(a_converted_line_gives_the_same_settings) {
    for (const std::string arguments :
         {"443 10.0.0.1",
          "-n 443 10.0.0.1",
          "-nlk 443 10.0.0.1 10.0.0.2:80",
          "-d 443 10.0.0.1",
          "-ddd 443 10.0.0.1",
          "-f 443 10.0.0.1",
          "-ft 60 443 10.0.0.1",
          "-t 60 443 10.0.0.1",
          "-f -t 7201 443 10.0.0.1",
          "-o 443 10.0.0.1",
          "-r 90 443 10.0.0.1",
          "-r 3600 443 10.0.0.1",
          "-P x.pid 443 10.0.0.1",
          "-P /run/x.pid 443 10.0.0.1",
          "-S x.log 443 10.0.0.1",
          "-S - 443 10.0.0.1",
          "-nS - 443 10.0.0.1",
          "-i 127.0.0.1 443 10.0.0.1",
          "-i ::1 443 10.0.0.1",
          "-i 0.0.0.0 443 10.0.0.1",
          "-p 127.0.0.1 443 10.0.0.1",
          "-p ::ffff:127.0.0.1 443 10.0.0.1",
          "-a 10.1.2.3/8 -a ::/0 -a 192.0.2.1 443 10.0.0.1",
          "-a ::ffff:10.0.0.0/104 443 10.0.0.1",
          "-h 10.0.0.9 443 example.com",
          "-h u'x:p$w@[::1]:3128 443 example.com:8443",
          "443 [2001:db8::1]:80 2001:db8::2 ::ffff:10.0.0.1",
          "-Pit's 443 10.0.0.1",
          "-nlkfo -r5 -t7 -P/run/p -S/run/s -i127.0.0.1 -p127.0.0.1 -a10.0.0.0/8 -h10.0.0.9:8080 "
          "443 a.example 10.0.0.1:444"}) {
        BOOST_TEST_CONTEXT(arguments) {
            const auto line = printed("convert --to command-line -- " + arguments);
            const auto words = shell_words(line);
            BOOST_TEST(words.at(0) == "plug");
            const auto made = parse_command_line(std::span(words).subspan(1), false);
            BOOST_REQUIRE_MESSAGE(std::holds_alternative<run_command>(made), line);
            // -n at the end makes a line of positionals alone one of 2.x, and is undone below.
            const bool bare = arguments.front() != '-';
            auto original = run(arguments + (bare ? " -n" : ""));
            original.detach = original.detach || bare;
            check_same(std::get<run_command>(made).settings, original);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_defaults_that_differ_are_written_out) {
    BOOST_TEST(printed("convert --to command-line -- 443 10.0.0.1") ==
               "plug 443 10.0.0.1 --retry never --grace unlimited\n");
    BOOST_TEST(printed("convert --to command-line -- -nlk -P /run/p.pid 443 10.0.0.1:444 ::1") ==
               "plug 443 10.0.0.1:444 '[::1]' --retry never --keepalive --log-connections "
               "--foreground --pid-file /run/p.pid --grace unlimited\n");
}

BOOST_AUTO_TEST_CASE(a_line_may_be_meant_for_another_machine) {
    BOOST_TEST(has(printed("convert --to command-line -- -p 203.0.113.9 443 10.0.0.1"),
                   "--source 203.0.113.9"));
}

BOOST_AUTO_TEST_CASE(a_word_is_quoted_where_a_shell_would_read_something_into_it) {
    BOOST_TEST(has(printed("convert --to command-line -- -P$HOME/x 443 10.0.0.1"),
                   " --pid-file '$HOME/x' "));
    BOOST_TEST(has(printed("convert --to command-line -- -P/it's 443 10.0.0.1"),
                   " --pid-file '/it'\\''s' "));
}

BOOST_AUTO_TEST_CASE(without_a_word_on_the_form_a_file_is_made) {
    for (const std::string line :
         {"convert -- -f 443 10.0.0.1", "convert --from 3.0 -- 443 10.0.0.1 "
                                        "--sticky"}) {
        const auto file = printed(line);
        BOOST_TEST(has(file, "[plug.443]\nlisten = [\"443\"]\ntargets = [\"10.0.0.1:443\"]\n"
                             "sticky = true\n"),
                   file);
    }
}

BOOST_AUTO_TEST_CASE(a_line_of_3_stays_what_it_is_when_a_line_is_asked_for) {
    BOOST_TEST(printed("convert --from 3.0 --to command-line -- 443 10.0.0.1 --spin 20us --retry "
                       "1s --threads 2 --pid-file $x") ==
               "plug 443 10.0.0.1 --spin 20us --retry 1s --threads 2 --pid-file '$x'\n");
    BOOST_TEST(
        has(reasons("convert --from 3.0 --to command-line -- 443 10.0.0.1 --spin 20"), "--spin: "));
}

BOOST_AUTO_TEST_CASE(a_form_that_is_none_is_the_only_thing_to_complain_of) {
    for (const std::string rest : {"", " -- 443 name", " /etc/rinetd.conf", " x -- -x"}) {
        const auto told = reasons("convert --from rinet" + rest);
        BOOST_TEST(told == "--from rinet: is no form that plug converts from; write 2.x, 3.0, "
                           "rinetd or portproxy\n");
    }
}

BOOST_AUTO_TEST_CASE(asking_for_the_version_stays_that) {
    BOOST_TEST(printed("convert -- -V") == "plug --version\n");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_converted_is_refused) {
    const std::vector<std::pair<std::string, std::string>> bad{
        {"convert", "--: is missing; the 2.x arguments follow it"},
        {"convert --from 3.0", "--: is missing; the arguments of the line follow it"},
        {"convert --from 3.0 -- --config plug.toml",
         "--config: names a file already; plug config FILE prints what that comes to"},
        {"convert 443 10.0.0.1", "443: is not expected"},
        {"convert --", "port: is missing"},
        {"convert -- -x 443 10.0.0.1", "-x: is no option of the 2.x command line"},
        {"convert -- 443 name", "name:443: is a name"},
        {"convert -- 443 10.0.0.1 --first", "--first: is no option of the 2.x command line"},
        {"convert --to toml -- 443 10.0.0.1", "--to toml: is no form that plug converts to"},
        {"convert --too x -- 443 10.0.0.1", "--too: is no option of plug; did you mean --to?"},
        {"convert -n 443 10.0.0.1", "-n: belongs to the 2.x command line"}};
    for (const auto& [line, reason] : bad) {
        BOOST_TEST(has(reasons(line), reason), line << " gave " << reasons(line));
        BOOST_TEST(refusal(line).exit_code == 64);
    }
}

BOOST_AUTO_TEST_SUITE_END()
