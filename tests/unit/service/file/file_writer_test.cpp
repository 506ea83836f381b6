// Settings that were written down as a file are read back as they were.
#include "service/file/writer.hpp"

#include "service/file/key_names.hpp"
#include "service/file/loader.hpp"
#include "service/options/line_2x.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

using namespace plug;

namespace {

settings read(const std::string& text) {
    auto file = read_configuration_text(text, "f", empty_line_3(), true);
    BOOST_REQUIRE_MESSAGE(file.report.empty(), text << "\nwas refused: " << file.report);
    return std::move(file.settings);
}

settings of_2x(const std::string& line) {
    std::istringstream split(line);
    std::vector<std::string> words;
    for (std::string word; split >> word;) {
        words.push_back(word);
    }
    auto made = read_line_2x(words);
    BOOST_REQUIRE_MESSAGE(made.problems.empty(), line);
    return std::move(made.settings);
}

/// `lines` are exactly what is written for the file `text`.
void is_written_as(const std::string& text, const std::string& lines) {
    BOOST_TEST(file_of(read(text)) == lines);
    BOOST_TEST(file_of(read(lines)) == lines);
}

/// A whole path of this system, as a file has it.
std::string absolute(const std::string& name) {
    std::string written;
    for (const char c : std::filesystem::absolute(name).string()) {
        written += c == '\\' ? std::string("\\\\") : std::string(1, c);
    }
    return "\"" + written + "\"";
}

const std::string head = "[plug.web]\nlisten = [\"7001\"]\ntargets = [\"127.0.0.1:7002\"]\n";

/// A value of each key that is not the usual one; with what it means nothing without.
const std::map<std::string, std::string> samples{
    {"policy", "\"random-two\""},
    {"weigh_connect_time", "true\npolicy = \"random-two\""},
    {"sticky", "true"},
    {"sticky_timeout", "\"2min\"\nsticky = true"},
    {"sticky_capacity", "10\nsticky = true"},
    {"first", "true"},
    {"retry", "\"never\""},
    {"connect_timeout", "\"2s\""},
    {"slow_start", "\"30s\""},
    {"max_connections", "100"},
    {"queue_capacity", "7"},
    {"queue_timeout", "\"2s\""},
    {"resolve", "true"},
    {"allow", "[\"10.0.0.0/8\", \"2001:db8::/32\"]"},
    {"source", "\"127.0.0.1\""},
    {"via", "\"user:pass\\\"word@10.0.0.9:3128\""},
    {"keepalive", "true"},
    {"on_down", "\"close\""},
    {"on_removed", "\"keep\""},
    {"idle_timeout", "\"1h\""},
    {"half_closed_timeout", "\"1min\""},
    {"max_session_age", "\"1d\""},
    {"max_session_age_jitter", "\"25%\""},
    {"check", "\"http\""},
    {"check_interval", "\"1s\"\ncheck = \"tcp\""},
    {"check_timeout", "\"1s\"\ncheck = \"tcp\""},
    {"check_jitter", "\"25%\"\ncheck = \"tcp\""},
    {"check_rise", "5\ncheck = \"tcp\""},
    {"check_fall", "7\ncheck = \"tcp\""},
    {"check_port", "81\ncheck = \"tcp\""},
    {"check_path", "\"/health\"\ncheck = \"http\""},
    {"check_method", "\"HEAD\"\ncheck = \"http\""},
    {"check_host", "\"a.example\"\ncheck = \"http\""},
    {"check_status", "\"200-299,404\"\ncheck = \"http\""},
    {"check_send", "\"PING\\\\r\\\\n\"\ncheck = \"send-expect\"\ncheck_expect = \"+\""},
    {"check_expect", "\"+PONG\"\ncheck = \"send-expect\""},
    {"check_command", "[\"/usr/lib/checks/one\", \"-v\"]\ncheck = \"command\""},
    {"check_user", "\"plug\"\ncheck = \"mysql\""},
    {"log_connections", "true"},
    {"log_to", "\"./plug.log\""},
    {"session_log", "\"s.log\""},
    {"session_format", "\"json\"\nsession_log = \"s.log\""},
    {"debug", "2"},
    {"foreground", "true"},
    {"detach", "true"},
    {"pid_file", "\"p.pid\""},
    {"control", "\"c.sock\""},
    {"user", "\"nobody\""},
    {"group", "\"nogroup\"\nuser = \"nobody\""},
    {"chroot", "\"jail\"\nuser = \"nobody\""},
    {"grace", "\"unlimited\""},
    {"threads", "3"},
    {"spin", "\"20us\""},
};

bool is_same(const settings& left, const settings& right) {
    return left.engine == right.engine && left.detach == right.detach &&
           left.debug == right.debug && left.log_connections == right.log_connections &&
           left.pid_file == right.pid_file && left.control == right.control &&
           left.log_to == right.log_to && left.session_log == right.session_log &&
           left.session_format == right.session_format && left.user == right.user &&
           left.group == right.group && left.chroot == right.chroot;
}

} // namespace

BOOST_AUTO_TEST_SUITE(file_writer)

BOOST_AUTO_TEST_CASE(what_is_usual_is_not_written) { is_written_as(head, head); }

BOOST_AUTO_TEST_CASE(every_key_comes_back) {
    const std::string process =
        "[process]\nlog_connections = true\nsession_log = " + absolute("s.log") +
        "\ndebug = 2\npid_file = " + absolute("p.pid") +
        "\ngrace = \"1min\"\nthreads = 3\nspin = \"20us\"\n\n";
    const std::string keys = "policy = \"least-connections\"\nsticky = true\n"
                             "sticky_timeout = \"2min\"\nsticky_capacity = 10\nretry = \"5s\"\n"
                             "connect_timeout = \"2s\"\nresolve = true\n"
                             "allow = [\"10.0.0.0/8\", \"2001:db8::/32\"]\n"
                             "via = \"user:pass\\\"word@10.0.0.9:3128\"\nkeepalive = true\n"
                             "idle_timeout = \"1h\"\nhalf_closed_timeout = \"1min\"\n"
                             "max_session_age = \"1d\"\nmax_session_age_jitter = \"25%\"\n";
    is_written_as(process + head + keys, process + head + keys);
}

BOOST_AUTO_TEST_CASE(targets_that_need_more_than_an_address_have_a_table) {
    const std::string tables =
        "\n[[plug.web.target]]\naddress = \"10.0.0.1:80\"\nname = \"big\"\nweight = 3\n"
        "\n[[plug.web.target]]\naddress = \"10.0.0.2:80\"\nbackup = true\nmax_connections = 40\n";
    is_written_as(head + tables, head + tables);
}

BOOST_AUTO_TEST_CASE(a_check_of_one_target_stands_in_its_table) {
    const std::string tables =
        "check = \"tcp\"\n\n[[plug.web.target]]\naddress = \"10.0.0.1:80\"\ncheck = { kind = "
        "\"http\", interval = \"2s\", timeout = \"1s\", jitter = \"10%\", rise = 1, fall = 2, "
        "port = 81, method = \"GET\", path = \"/up\", status = \"200\" }\n";
    is_written_as(head + tables, head + tables);
}

BOOST_AUTO_TEST_CASE(targets_keep_their_order) {
    const std::string tables = "\n[[plug.web.target]]\naddress = \"10.0.0.1:80\"\nweight = 3\n"
                               "\n[[plug.web.target]]\naddress = \"10.0.0.2:80\"\n";
    is_written_as(head + tables, head + tables);
}

BOOST_AUTO_TEST_CASE(plugs_follow_each_other_and_their_names_are_quoted_where_toml_wants_it) {
    const auto other =
        "\n[plug.\"a.b\"]\nlisten = [\"127.0.0.1:7003/127.0.0.2\", \"127.0.0.1:7004\"]\n"
        "targets = [\"127.0.0.1:7005\"]\nretry = \"never\"\n";
    is_written_as(head + other, head + other);
}

BOOST_AUTO_TEST_CASE(a_2x_line_and_its_file_mean_the_same) {
    for (const auto* line :
         {"443 10.0.0.1", "-nlkf -t 60 -r 10 -a 10.0.0.0/8 -i 127.0.0.1 8082 10.0.0.1:80 10.0.0.2",
          "-o -p 127.0.0.1 -h 10.0.0.9 443 10.0.0.1"}) {
        const auto original = of_2x(line);
        const auto made = read(file_of(original));
        BOOST_TEST(file_of(made) == file_of(original), line);
        const auto& left = made.engine.plugs.at(0);
        const auto& right = original.engine.plugs.at(0);
        BOOST_TEST((left.retry == right.retry));
        BOOST_TEST((made.engine.grace == original.engine.grace));
        BOOST_TEST((left.policy == right.policy));
        BOOST_TEST(left.affinity.enabled == right.affinity.enabled);
        BOOST_TEST(left.listen.at(0).outgoing == right.listen.at(0).outgoing);
    }
}

BOOST_AUTO_TEST_CASE(every_option_that_a_file_may_hold_comes_back) {
    const auto usual = read("[plug.web]\nlisten = \"7001\"\ntargets = \"127.0.0.1:7002\"\n");
    for (const auto& option : long_options()) {
        if (option.group.scope == option_scope::line) {
            continue;
        }
        const auto key = key_of(option.form.name);
        const auto sample = samples.find(key);
        BOOST_REQUIRE_MESSAGE(sample != samples.end(), "write a sample of " << key);
        const auto line = key + " = " + sample->second + "\n";
        const bool of_plug = option.group.scope == option_scope::plug;
        const auto said = read((of_plug ? head + line : "[process]\n" + line + head));
        BOOST_TEST((key == "detach" || !is_same(said, usual)), line << "changes nothing");
        const auto whole = whole_file_of(said, key == "foreground");
        BOOST_TEST(is_same(read(whole), said), line << "came back as\n" << whole);
        auto brief = read(file_of(said));
        brief.detach = said.detach; // which is left out there
        BOOST_TEST(is_same(brief, said), line << "came back as\n" << file_of(said));
    }
}

BOOST_AUTO_TEST_CASE(the_whole_file_names_every_option) {
    // These are written as another key.
    const std::set<std::string> elsewhere{"first", "foreground", "detach", "source"};
    const auto whole = whole_file_of(read(head), false);
    for (const auto& option : long_options()) {
        const auto key = key_of(option.form.name);
        if (option.group.scope == option_scope::line || elsewhere.contains(key) ||
            key.starts_with("check_")) {
            continue;
        }
        const bool is_named = whole.find("\n" + key + " = ") != std::string::npos ||
                              whole.find("\n# " + key + " is not set: ") != std::string::npos;
        BOOST_TEST(is_named, key << " is missing in\n" << whole);
    }
}

BOOST_AUTO_TEST_CASE(the_whole_file_holds_the_defaults_and_names_what_has_none) {
    auto said = read(head);
    said.detach = false;
    const auto whole = whole_file_of(said, false);
    for (const auto* line :
         {"\n# threads is not set: one for each processor\n", "\ngrace = \"30s\"\n",
          "\nlog_connections = false\n", "\ndebug = 0\n", "\npolicy = \"round-robin\"\n",
          "\nsticky = false\n", "\nretry = \"10s\"\n", "\nconnect_timeout = \"5s\"\n",
          "\n# allow is not set: everyone\n", "\nkeepalive = false\n"}) {
        BOOST_TEST(whole.find(line) != std::string::npos, line << " in " << whole);
    }
    BOOST_TEST(whole_file_of(said, true).starts_with("[process]\nforeground = true\n"));
    said.detach = true;
    const auto detached = whole_file_of(said, false);
    BOOST_TEST(detached.starts_with("[process]\ndetach = true\n"));
    BOOST_TEST(whole_file_of(read(detached), false) == detached);
}

BOOST_AUTO_TEST_SUITE_END()
