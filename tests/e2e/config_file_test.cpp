// The configuration file: many plugs in one process, `plug check`, and what becomes of bad files.
#include "tests/support/net/ports.hpp"
#include "tests/support/peers/peers.hpp"
#include "tests/support/process/namespaces.hpp"
#include "tests/support/process/plugs.hpp"
#include "tests/support/process/skipping.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>

using namespace plug::test;

namespace {

/// `plug.toml`, in a directory of its own.
class file {
public:
    explicit file(const std::string& text) {
        std::ofstream(directory_ / "plug.toml", std::ios::binary) << text;
    }
    [[nodiscard]] std::string path() const { return (directory_ / "plug.toml").string(); }
    [[nodiscard]] const temporary_directory& directory() const { return directory_; }

private:
    temporary_directory directory_;
};

std::string listen_on(std::uint16_t port) {
    return "listen = \"" + join("127.0.0.1", port) + "\"\n";
}

std::string one_target(const std::string& address) { return "targets = [\"" + address + "\"]\n"; }

} // namespace

BOOST_AUTO_TEST_SUITE(config_file)

BOOST_AUTO_TEST_CASE(two_plugs_of_one_file_relay_to_targets_of_their_own) {
    named_server a("a");
    named_server b("b");
    named_server c("c");
    const auto first = reserve_port();
    const auto second = reserve_port();
    const auto third = reserve_port();
    const file config("[process]\nthreads = 2\n"
                      "[plug.one]\n" +
                      listen_on(first) + one_target(a.address()) + "[plug.two]\nlisten = [\"" +
                      join("127.0.0.1", second) + "\", \"" + join("127.0.0.1", third) +
                      "\"]\ntargets = [\"" + b.address() + "\", \"" + c.address() +
                      "\"]\nfirst = true\n");
    running_plug plug(first, {"run", "--config", config.path()});
    plug.wait_until_listening(second);
    plug.wait_until_listening(third);
    for (int i = 0; i < 3; ++i) {
        BOOST_TEST(ask_name(first) == "a");
        BOOST_TEST(ask_name(second) == "b");
        BOOST_TEST(ask_name(third) == "b");
    }
    b.refuse();
    BOOST_TEST(ask_name(second) == "c");
    BOOST_TEST(ask_name(first) == "a");
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(an_access_rule_of_one_plug_is_none_of_another) {
    named_server target("t");
    const auto closed = reserve_port();
    const auto open = reserve_port();
    const file config("[plug.closed]\nallow = [\"192.0.2.0/24\"]\n" + listen_on(closed) +
                      one_target(target.address()) + "[plug.open]\n" + listen_on(open) +
                      one_target(target.address()));
    running_plug plug(closed, {"run", "--config", config.path()});
    plug.wait_until_listening(open);
    BOOST_TEST(ask_name(open) == "t");
    BOOST_TEST(plug.connect().receive_to_end().bytes == "");
    BOOST_TEST(plug.says("Connect from 127\\.0\\.0\\.1 Refused"));
    BOOST_TEST(target.accepted() == 1U);
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(a_wrong_file_is_refused_with_all_its_problems_and_nothing_is_bound) {
    const auto port = reserve_port();
    const file config("[plug.good]\n" + listen_on(port) + one_target("127.0.0.1:1") +
                      "[plug.bad]\nlisten = \":0\"\ntargets = [\"name:80\"]\nretry = 10\n");
    for (const auto& line : {words{"run", "--config", config.path()},
                             words{"--config", config.path()}, words{"check", config.path()}}) {
        program plug(line);
        BOOST_TEST(plug.exit_code() == 78);
        for (const auto* place : {":5:10: ", ":6:12: ", ":7:9: "})
            BOOST_TEST(count_matches(plug.errors(), "(?m)^" + literally(config.path() + place)) ==
                           1U,
                       place << " in " << plug.errors());
        BOOST_TEST(plug.output() == "");
        BOOST_TEST(listening_sockets(port) == 0U);
    }
}

BOOST_AUTO_TEST_CASE(where_one_port_is_taken_none_is_bound) {
    named_server holder("h");
    const auto port = reserve_port();
    const file config("[plug.free]\n" + listen_on(port) + one_target("127.0.0.1:1") +
                      "[plug.taken]\n" + listen_on(holder.port()) + one_target("127.0.0.1:1"));
    program plug({"run", "--config", config.path()});
    BOOST_TEST(plug.exit_code() == 69);
    BOOST_TEST(listening_sockets(port) == 0U);
    BOOST_TEST(plug.errors().find(holder.address()) != std::string::npos, plug.errors());
}

BOOST_AUTO_TEST_CASE(a_file_without_a_plug_runs_says_which_file_to_edit_and_stops) {
    const file config("# nothing yet\n");
    program plug({"run", "--config", config.path()});
    BOOST_TEST(plug.says("no plug in " + literally(as_told(config.path())) + ": nothing listens"));
    BOOST_TEST(plug.is_alive());
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(check_tells_how_many_plugs_are_all_right) {
    const auto port = std::to_string(reserve_port());
    const file one("[plug.a]\nlisten = \"" + port + "\"\n" + one_target("10.0.0.1"));
    program checked({"check", one.path()});
    BOOST_TEST(checked.exit_code() == 0);
    BOOST_TEST(checked.output() == one.path() + ": 1 plug, all right\n");
    BOOST_TEST(checked.errors() == "");
    const file none("");
    program empty({"check", none.path()});
    BOOST_TEST(empty.exit_code() == 0);
    BOOST_TEST(empty.output() == none.path() + ": 0 plugs, all right\n");
}

BOOST_AUTO_TEST_CASE(a_missing_file_is_told_and_ends_with_78) {
    const temporary_directory nowhere;
    const auto path = (nowhere / "plug.toml").string();
    for (const auto& line : {words{"run", "--config", path}, words{"check", path}}) {
        program plug(line);
        BOOST_TEST(plug.exit_code() == 78);
        BOOST_TEST(plug.errors() == path + ": cannot be read: No such file or directory\n");
    }
}

BOOST_AUTO_TEST_CASE(options_of_the_process_work_from_the_file_and_the_line_wins) {
    named_server target("t");
    const auto port = reserve_port();
    const file config("[process]\nsession_log = \"sessions\"\npid_file = \"file.pid\"\n"
                      "detach = true\n[plug.a]\n" +
                      listen_on(port) + one_target(target.address()));
    const auto pid_file = config.directory() / "line.pid";
    running_plug plug(
        port, {"run", "--config", config.path(), "--foreground", "--pid-file", pid_file.string()});
    BOOST_TEST(ask_name(port) == "t");
    BOOST_TEST(!plug.exit_code_within(milliseconds(0)).has_value()); // it has not detached
    BOOST_TEST(std::filesystem::exists(pid_file));
    BOOST_TEST(!std::filesystem::exists(config.directory() / "file.pid"));
    const auto sessions = config.directory() / "sessions";
    BOOST_TEST(eventually([&] { return !read_file(sessions).empty(); }));
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(forwards_of_rinetd_become_a_file_that_runs) {
    named_server target("target");
    const auto port = reserve_port();
    const temporary_directory directory;
    std::ofstream(directory / "rinetd.conf")
        << "allow 127.0.*.*\n127.0.0.1 " << port << " 127.0.0.1 " << target.port() << "\n";
    program convert(
        {"convert", "--from", "rinetd", "--to", "file", (directory / "rinetd.conf").string()});
    BOOST_TEST(convert.exit_code() == 0, convert.errors());
    const file config(convert.output());
    running_plug plug(port, {"run", "--config", config.path()});
    BOOST_TEST(ask_name(port) == "target");
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(what_rinetd_does_and_plug_does_not_is_told_and_nothing_is_printed) {
    const temporary_directory directory;
    std::ofstream(directory / "rinetd.conf", std::ios::binary) << "deny 10.0.0.1\n";
    program convert({"convert", "--from", "rinetd", "rinetd.conf"},
                    {.directory = directory.path()});
    BOOST_TEST(convert.exit_code() == 78);
    BOOST_TEST(convert.output().empty());
    BOOST_TEST(convert.errors().starts_with("rinetd.conf:1:1: 'deny'"), convert.errors());
}

BOOST_AUTO_TEST_CASE(lines_of_2x_in_a_script_become_one_file_that_runs) {
    named_server a("a");
    named_server b("b");
    const auto first = reserve_port();
    const auto second = reserve_port();
    const file script("#!/bin/sh\n# two plugs\n/usr/local/sbin/plug -n -k -i 127.0.0.1 \\\n  " +
                      std::to_string(first) + " " + a.address() + " &\nexec plug -f -i127.0.0.1 '" +
                      std::to_string(second) + "' " + b.address() + "\n");
    program convert({"convert", "--from", "2.x", script.path()});
    BOOST_TEST(convert.exit_code() == 0, convert.errors());
    const file config(convert.output());
    program check({"check", config.path()});
    BOOST_TEST(check.exit_code() == 0, check.errors());
    running_plug plug(first, {"run", "--config", config.path()});
    plug.wait_until_listening(second);
    BOOST_TEST(ask_name(first) == "a");
    BOOST_TEST(ask_name(second) == "b");
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(lines_of_2x_are_added_to_a_file_one_by_one) {
    named_server a("a");
    named_server b("b");
    const auto first = reserve_port();
    const auto second = reserve_port();
    const temporary_directory directory;
    const auto path = (directory / "plug.toml").string();
    const auto add = [&](std::uint16_t port, const std::string& target) {
        program convert({"convert", "--append", path, "--", "plug", "-i", "127.0.0.1",
                         std::to_string(port), target});
        BOOST_TEST(convert.exit_code() == 0, convert.errors());
        BOOST_TEST(
            convert.output().ends_with("plug.toml: added [plug." + std::to_string(port) + "]\n"),
            convert.output());
    };
    add(first, a.address());
    add(second, b.address());
    running_plug plug(first, {"run", "--config", path});
    plug.wait_until_listening(second);
    BOOST_TEST(ask_name(first) == "a");
    BOOST_TEST(ask_name(second) == "b");
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(lines_of_2x_that_no_one_process_can_follow_are_told_and_nothing_is_written) {
    const file script("plug -P /run/a.pid 8082 127.0.0.1:80\nplug -P /run/b.pid 25 127.0.0.9\n");
    program convert({"convert", "--from", "2.x", script.path()});
    BOOST_TEST(convert.exit_code() == 65);
    BOOST_TEST(convert.output() == "");
    BOOST_TEST(count_matches(convert.errors(), "plug.toml:[12]:1: pid_file is ") == 2U,
               convert.errors());
    const std::string text = "[plug.web]\nlisten = \"127.0.0.1:80\"\ntargets = \"10.0.0.1\"\n";
    const file config(text);
    program append({"convert", "--append", config.path(), "--", "-l", "25", "127.0.0.9"});
    BOOST_TEST(append.exit_code() == 65);
    BOOST_TEST(count_matches(append.errors(), "grace is \"30s\" in \\[process\\]") == 1U,
               append.errors());
    BOOST_TEST(read_file(config.path()) == text);
}

BOOST_AUTO_TEST_CASE(a_file_in_utf_16_runs) {
    named_server target("target");
    const auto port = reserve_port();
    std::string text = "\xff\xfe";
    for (const char c : "[plug.web]\r\n" + listen_on(port) + one_target(target.address()))
        text += {c, '\0'};
    const file config(text);
    running_plug plug(port, {"run", "--config", config.path()});
    BOOST_TEST(ask_name(port) == "target");
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(check_warns_of_targets_that_all_listeners_lead_to_at_one_port) {
    const file config("[plug.n]\nlisten = [\":30000\", \":30001\"]\ntargets = [\"10.9.9.9\"]\n");
    program check({"check", config.path()});
    BOOST_TEST(check.exit_code() == 0);
    BOOST_TEST(check.output().ends_with("1 plug, all right\n"), check.output());
    BOOST_TEST(count_matches(check.errors(), "plug.toml:3:12: 10.9.9.9: has no port, so every "
                                             "listener of the plug leads to port 30000") == 1U,
               check.errors());
}

BOOST_AUTO_TEST_CASE(plugs_of_conf_d_run_beside_those_of_the_file) {
    named_server one("one");
    named_server two("two");
    const auto first = reserve_port();
    const auto second = reserve_port();
    const file config("[defaults]\nallow = \"127.0.0.0/8\"\n[plug.one]\n" + listen_on(first) +
                      one_target(one.address()));
    const auto folder = config.directory() / "conf.d";
    std::filesystem::create_directory(folder);
    std::ofstream(folder / "two.toml") << "[plug.two]\n"
                                       << listen_on(second) << one_target(two.address());
    for (const auto* ignored : {".two.toml", "two.toml~", "two.toml.bak", "#two.toml#", "README"})
        std::ofstream(folder / ignored) << "no TOML";
    program check({"check", config.path()});
    BOOST_TEST(check.exit_code() == 0, check.errors());
    BOOST_TEST(check.output() == config.path() + " and 1 file of conf.d: 2 plugs, all right\n");
    running_plug plug(first, {"run", "--config", config.path()});
    plug.wait_until_listening(second);
    BOOST_TEST(ask_name(first) == "one");
    BOOST_TEST(ask_name(second) == "two");
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(files_of_conf_d_are_read_by_name_and_what_is_wrong_names_them) {
    const auto port = reserve_port();
    const file config("[plug.a]\n" + listen_on(port) + one_target("127.0.0.1:1"));
    const auto folder = config.directory() / "conf.d";
    std::filesystem::create_directory(folder);
    for (const auto* name : {"20.toml", "10.toml"})
        std::ofstream(folder / name, std::ios::binary) << "[plug.b]\n"
                                                       << "listen = \":0\"\n"
                                                       << one_target("127.0.0.1:1");
    program check({"check", config.path()});
    BOOST_TEST(check.exit_code() == 78);
    const auto ten = check.errors().find("10.toml:2:10: ");
    const auto twenty = check.errors().find("20.toml:1:7: plug b: is there already, in ");
    BOOST_TEST(ten != std::string::npos, check.errors());
    BOOST_TEST(twenty != std::string::npos, check.errors());
    BOOST_TEST(ten < twenty);
}

BOOST_AUTO_TEST_CASE(the_effective_configuration_is_a_file_that_means_the_same) {
    const file config("[process]\nthreads = 2\n[defaults]\nkeepalive = true\n[plug.a]\n" +
                      listen_on(reserve_port()) + one_target("127.0.0.1:1"));
    program effective({"config", config.path()});
    BOOST_TEST(effective.exit_code() == 0, effective.errors());
    for (const auto* part :
         {"threads = 2\n", "grace = \"30s\"\n", "keepalive = true\n", "policy = \"round-robin\"\n"})
        BOOST_TEST(effective.output().find(part) != std::string::npos, effective.output());
    const file again(effective.output());
    program check({"check", again.path()});
    BOOST_TEST(check.exit_code() == 0, check.errors());
    program unchanged({"config", again.path()});
    BOOST_TEST(unchanged.exit_code() == 0);
    BOOST_TEST(unchanged.output() == effective.output());
    const file wrong("[plug.a]\n");
    program refused({"config", wrong.path()});
    BOOST_TEST(refused.exit_code() == 78);
    BOOST_TEST(refused.output() == "");
}

BOOST_AUTO_TEST_CASE(no_secret_of_a_file_is_printed_or_logged_unless_that_is_asked_for) {
    named_server target("t");
    const auto port = reserve_port();
    const auto text = [&](const std::string& more) {
        return "[process]\ndebug = 2\n[plug.a]\n" + listen_on(port) + one_target(target.address()) +
               "via = \"me:topsecret@" + target.address() + "\"" + more +
               "\ncheck = { kind = \"send-expect\", send = \"topsecret\", expect = \"t\" }\n";
    };
    const file config(text(""));
    const auto rewrite = [&](const std::string& more) {
        std::ofstream(config.path(), std::ios::binary | std::ios::trunc) << text(more);
    };
    const auto has_secret = [](const std::string& said) {
        return said.find("topsecret") != std::string::npos;
    };
    program shown({"config", config.path()});
    BOOST_TEST(shown.exit_code() == 0);
    BOOST_TEST(!has_secret(shown.output()), shown.output());
    BOOST_TEST(shown.output().starts_with("# Secrets are hidden"), shown.output());
    for (const auto* part : {"via = \"me:***@", "send = \"***\""})
        BOOST_TEST(shown.output().find(part) != std::string::npos, shown.output());
    program whole({"config", "--show-secrets", config.path()});
    BOOST_TEST(whole.exit_code() == 0);
    BOOST_TEST(count_matches(whole.output(), "topsecret") == 2U, whole.output());
    program converted({"convert", "--", "-n", "-h", "me:topsecret@10.0.0.2", "1", "10.0.0.1"});
    BOOST_TEST(converted.exit_code() == 0);
    BOOST_TEST(has_secret(converted.output()), converted.output()); // as it is to run

    const auto place = runs_in_wine() ? R"(\\.\pipe\plugdaemon-)" + std::to_string(port)
                                      : (config.directory() / "control").string();
    running_plug plug(port, {"run", "--config", config.path(), "--control", place});
    BOOST_TEST(plug.connect().receive_to_end().bytes == ""); // no proxy answers
    for (const auto* mistake :
         {" polizy = 1", "\npolizy = 1", "\"", "\nvai = \"me:topsecret@host\""}) {
        rewrite(mistake);
        for (const auto& line :
             {words{"check", config.path()}, words{"run", "--config", config.path()},
              words{"config", "--show-secrets", config.path()},
              words{"reload", "--control", place}}) {
            program command(line);
            BOOST_TEST(command.exit_code() == 78, command.errors());
            BOOST_TEST(!has_secret(command.errors() + command.output()), command.errors());
        }
    }
    rewrite("\nretry = \"1s\"");
    program reload({"reload", "--control", place});
    BOOST_TEST(reload.exit_code() == 0, reload.errors());
    program explained({"explain", "--json", "a", "127.0.0.1", "--control", place});
    BOOST_TEST(explained.exit_code() == 0, explained.errors());
    BOOST_TEST(!has_secret(explained.output() + reload.output()));
    BOOST_TEST(plug.stop() == 0);
    BOOST_TEST(!has_secret(plug.errors()), plug.errors());
}

BOOST_AUTO_TEST_CASE(a_password_of_a_command_line_stands_in_no_complaint) {
    for (const auto& line : {words{"run", "1", "me:topsecret@10.0.0.1:80"},
                             words{"run", "1", "10.0.0.1", "--via", "me:topsecret@:x"},
                             words{"-n", "-h", "me:topsecret@:x", "1", "10.0.0.1"}}) {
        program refused(line);
        BOOST_TEST(refused.exit_code() != 0);
        BOOST_TEST(refused.errors().find("topsecret") == std::string::npos, refused.errors());
    }
}

BOOST_AUTO_TEST_CASE(who_may_not_read_a_file_hears_why,
                     *boost::unit_test::precondition(is_root) * posix_only("modes of files")) {
    const file config("");
    std::filesystem::permissions(config.directory().path(), std::filesystem::perms{0755});
    std::filesystem::permissions(config.path(), std::filesystem::perms{0640});
    for (const auto& line : {words{"check", config.path()}, words{"config", config.path()},
                             words{"run", "--config", config.path()}}) {
        program plug(line, {.without_privileges = true});
        BOOST_TEST(plug.exit_code() == 78);
        BOOST_TEST(plug.errors() == config.path() +
                                        ": cannot be read: Permission denied; as it may hold "
                                        "passwords, it is not for everyone: do this as root or as "
                                        "the service's user\n");
    }
}

BOOST_AUTO_TEST_CASE(without_a_file_named_that_of_the_machine_is_meant,
                     *boost::unit_test::precondition(is_root) *
                         posix_only("the folder /etc is made empty")) {
    for (const auto& line : {words{"check"}, words{"config"}, words{"run"}}) {
        program plug(line, {.emptied = {"/etc"}});
        BOOST_TEST(plug.exit_code() == 64);
        BOOST_TEST(plug.errors().find("there is no /etc/plugdaemon/plug.toml") != std::string::npos,
                   plug.errors());
    }
}

BOOST_AUTO_TEST_SUITE_END()
