// A plug that is started as root and becomes a user who may do less.
#include "tests/support/net/ports.hpp"
#include "tests/support/peers/peers.hpp"
#include "tests/support/process/namespaces.hpp"
#include "tests/support/process/plugs.hpp"
#include "tests/support/process/process.hpp"
#include "tests/support/process/skipping.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <sstream>
#include <utility>

using namespace plug::test;
namespace data = boost::unit_test::data;
namespace fs = std::filesystem;

namespace {

/// A user and a group that no system has a name for.
constexpr unsigned user = 54321;
constexpr unsigned group = 54322;
const words as_user{"--user", "54321", "--group", "54322"};
const std::string as_user_in_file = "user = \"54321\"\ngroup = \"54322\"\n";

/// The words behind `name:` in the status of each thread of `process`, where they are all the same.
/// Of a sanitized one only the first thread counts: the thread sanitizer has a thread of its own
/// before main().
std::string status_of(int process, const std::string& name) {
    std::string all;
    for (const auto& thread :
         fs::directory_iterator("/proc/" + std::to_string(process) + "/task")) {
        if (is_sanitized() && thread.path().filename() != std::to_string(process))
            continue;
        std::istringstream lines(read_file(thread.path() / "status"));
        for (std::string line; std::getline(lines, line);) {
            if (!line.starts_with(name + ":"))
                continue;
            std::istringstream split(line.substr(name.size() + 1));
            std::string found;
            for (std::string word; split >> word;)
                found += (found.empty() ? "" : " ") + word;
            BOOST_TEST((all.empty() || all == found), name << " differs between threads");
            all = found;
        }
    }
    return all;
}

void is_the_user_with_the_ports_alone(int process) {
    const std::string ports_alone = "0000000000000400"; // CAP_NET_BIND_SERVICE is number 10
    const std::string nothing = "0000000000000000";
    BOOST_TEST(status_of(process, "Uid") == "54321 54321 54321 54321");
    BOOST_TEST(status_of(process, "Gid") == "54322 54322 54322 54322");
    BOOST_TEST(status_of(process, "Groups") == "54322");
    BOOST_TEST(status_of(process, "CapEff") == ports_alone);
    BOOST_TEST(status_of(process, "CapPrm") == ports_alone);
    BOOST_TEST(status_of(process, "CapBnd") == ports_alone);
    BOOST_TEST(status_of(process, "CapInh") == nothing);
    BOOST_TEST(status_of(process, "CapAmb") == nothing);
    BOOST_TEST(status_of(process, "NoNewPrivs") == "1");
}

unsigned owner_of(const fs::path& path) {
    struct stat found {};
    return ::lstat(path.c_str(), &found) == 0 ? found.st_uid : ~0U;
}

/// A directory that others may enter, and root alone may change.
struct public_directory : temporary_directory {
    public_directory() { fs::permissions(path(), fs::perms{0755}); }

    void give_to_user() const { BOOST_REQUIRE(::chown(path().c_str(), user, group) == 0); }

    std::string write(const std::string& name, const std::string& text) const {
        std::ofstream(*this / name, std::ios::binary | std::ios::trunc) << text;
        return (*this / name).string();
    }
};

std::string plug_text(const std::string& name, std::uint16_t port, const std::string& target) {
    return "[plug." + name + "]\nlisten = \"" + join("127.0.0.1", port) + "\"\ntargets = \"" +
           target + "\"\n";
}

/// A port listens before the process has become the user; who is served by it knows that it has.
void has_started(std::uint16_t port, const std::string& target = "target") {
    BOOST_TEST(ask_name(port) == target);
}

/// A start that is refused: one line about it, and nothing is left open.
void is_refused(const words& arguments, int exit_code, const std::string& said, std::uint16_t port,
                start_options options = {}) {
    program plug(arguments, std::move(options));
    BOOST_TEST(plug.exit_code() == exit_code);
    BOOST_TEST(count_matches(plug.errors(), literally(said)) == 1U, plug.errors());
    BOOST_TEST(count_matches(plug.errors(), "\n") == 1U, plug.errors());
    BOOST_TEST(listening_sockets(port) == 0U);
}

} // namespace

BOOST_AUTO_TEST_SUITE(privileges, *posix_only("Windows gives a service an account") *
                                      boost::unit_test::precondition(is_root))

BOOST_AUTO_TEST_CASE(it_becomes_the_user_and_keeps_the_right_to_low_ports_alone) {
    named_server target("target");
    auto plug = start_plug({target.address()}, together({"--threads", "4"}, as_user));
    has_started(plug.port());
    is_the_user_with_the_ports_alone(plug.process());
    BOOST_TEST(ask_names(plug.port(), 8).size() == 8U);
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(a_daemon_does_too_and_leaves_its_terminal) {
    named_server target("target");
    const auto port = reserve_port();
    program plug(together({join("127.0.0.1", port), target.address(), "--detach"}, as_user));
    BOOST_TEST(plug.exit_code() == 0, plug.errors());
    const int process = plug.background_process();
    is_the_user_with_the_ports_alone(process);
    for (const int number : {0, 1, 2})
        BOOST_TEST(eventually([&] { return descriptor_target(process, number) == "/dev/null"; }));
    BOOST_TEST(ask_name(port) == "target");
    BOOST_TEST(plug.stop() == 0);
}

BOOST_DATA_TEST_CASE(a_reload_opens_and_closes_low_ports, data::make({"1", "4"}), threads) {
    in_own_network([&] {
        constexpr std::uint16_t first = 80;
        constexpr std::uint16_t second = 81;
        named_server target("target");
        const public_directory directory;
        const auto process =
            "[process]\nthreads = " + std::string(threads) + "\n" + as_user_in_file;
        const auto one = plug_text("one", first, target.address());
        const auto two = plug_text("two", second, target.address());
        const auto file = directory.write("plug.toml", process + one);
        running_plug plug(first, {"run", "--config", file});
        has_started(first);
        const auto whole = listening_sockets(first);
        // In the end the user opens, whole again, the address that root had opened.
        std::size_t reloads = 0;
        for (const auto& [has_one, has_two] :
             {std::pair(true, true), {true, false}, {true, true}, {false, true}, {true, true}}) {
            directory.write("plug.toml", process + (has_one ? one : "") + (has_two ? two : ""));
            plug.signal(SIGHUP);
            BOOST_REQUIRE_MESSAGE(plug.says("reloaded .*: 2 changes", ++reloads), plug.errors());
            for (const auto& [port, is_there] : {std::pair(first, has_one), {second, has_two}}) {
                BOOST_TEST(
                    eventually([&] { return listening_sockets(port) == (is_there ? whole : 0); }));
                BOOST_TEST((!is_there || ask_names(port, 8).size() == 8));
            }
        }
        is_the_user_with_the_ports_alone(plug.process());
        BOOST_TEST(plug.stop() == 0);
    });
}

BOOST_AUTO_TEST_CASE(the_session_file_is_the_users_and_is_opened_again) {
    named_server target("target");
    const public_directory directory;
    const auto file = directory / "sessions";
    auto plug = start_plug({target.address()}, together({"--session-log", file}, as_user));
    has_started(plug.port());
    BOOST_TEST(owner_of(file) == user);
    BOOST_TEST(eventually([&] { return count_matches(read_file(file), "\n") == 1; }));
    // As logrotate does it where the folder is root's.
    fs::rename(file, directory / "old");
    std::ofstream(file).close();
    BOOST_REQUIRE(::chown(file.c_str(), user, group) == 0);
    plug.signal(SIGUSR1);
    BOOST_TEST(ask_name(plug.port()) == "target");
    BOOST_TEST(eventually([&] { return count_matches(read_file(file), "\n") == 1; }));
    // And where it is the user's.
    directory.give_to_user();
    fs::rename(file, directory / "older");
    BOOST_TEST(ask_name(plug.port()) == "target");
    BOOST_TEST(eventually([&] { return count_matches(read_file(file), "\n") == 1; }));
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(the_pid_file_is_removed_or_else_emptied) {
    named_server target("target");
    const public_directory of_root;
    const public_directory of_user;
    of_user.give_to_user();
    for (const auto* directory : {&of_root, &of_user}) {
        const auto file = *directory / "plug.pid";
        auto plug = start_plug({target.address()}, together({"--pid-file", file}, as_user));
        has_started(plug.port());
        BOOST_TEST(read_file(file) == std::to_string(plug.process()) + "\n");
        // Whoever may write there could have root end any process.
        BOOST_TEST(owner_of(file) == 0U);
        BOOST_TEST(plug.stop() == 0);
        BOOST_TEST(fs::exists(file) == (directory == &of_root));
        BOOST_TEST(read_file(file) == "");
        auto again = start_plug({target.address()}, together({"--pid-file", file}, as_user));
        has_started(again.port());
        BOOST_TEST(read_file(file) == std::to_string(again.process()) + "\n");
    }
}

BOOST_AUTO_TEST_CASE(the_control_channel_is_the_users_and_can_be_made_again) {
    named_server target("target");
    const public_directory directory;
    const auto port = reserve_port();
    const auto file = directory.write("plug.toml", "[process]\n" + as_user_in_file +
                                                       plug_text("web", port, target.address()));
    const auto place = directory / "control";
    for (int round = 0; round < 2; ++round) {
        running_plug plug(port, {"run", "--config", file, "--control", place});
        has_started(port);
        BOOST_TEST(owner_of(place) == user);
        BOOST_TEST((fs::status(place).permissions() == fs::perms{0660}));
        program reload({"reload", "--control", place});
        BOOST_TEST(reload.exit_code() == 0, reload.errors());
        BOOST_TEST(plug.stop() == 0);
        BOOST_TEST(fs::exists(place)); // the folder is root's
    }
}

/// How a command ends for a user who is nobody, and has no group but that one.
int exit_code_for_nobody(const words& line, const std::string& said) {
    program command(line, {.without_privileges = true});
    const int exit_code = command.exit_code();
    BOOST_TEST(count_matches(command.errors(), literally(said)) > 0U, command.errors());
    BOOST_TEST(count_matches(command.errors(), "\n") <= 1U, command.errors());
    return exit_code;
}

BOOST_AUTO_TEST_CASE(the_group_may_ask_and_the_user_and_root_alone_may_change) {
    named_server target("target");
    const public_directory directory;
    const auto port = reserve_port();
    const auto place = (directory / "control").string();
    const words reload{"reload", "--control", place};
    const words explain{"explain", "web", "127.0.0.1", "--control", place};
    const std::string forbidden = "by its user and group and by root alone: Permission denied";
    const std::string refused = "a reload is for root and the user that the plug runs as, and not ";
    const auto run_as = [&](const std::string& of_user, const std::string& of_group) {
        const auto process =
            "[process]\nuser = \"" + of_user + "\"\ngroup = \"" + of_group + "\"\n";
        const auto text = process + plug_text("web", port, target.address());
        const auto file = directory.write("plug.toml", text);
        return running_plug(port, {"run", "--config", file, "--control", place});
    };
    const auto stops = [&](running_plug& plug, std::size_t reloads) {
        program of_root(reload);
        BOOST_TEST(of_root.exit_code() == 0, of_root.errors());
        BOOST_TEST(plug.says("reloaded ", reloads));
        BOOST_TEST(plug.stop() == 0);
        BOOST_TEST(count_matches(plug.errors(), "reloaded ") == reloads);
    };
    auto of_group = run_as("54321", "65534");
    has_started(port);
    BOOST_TEST(exit_code_for_nobody(explain, "") == 0);
    BOOST_TEST(exit_code_for_nobody(reload, refused) == 77);
    stops(of_group, 1);
    auto of_others = run_as("54321", "54322");
    has_started(port);
    BOOST_TEST(exit_code_for_nobody(explain, forbidden) == 77);
    BOOST_TEST(exit_code_for_nobody(reload, forbidden) == 77);
    stops(of_others, 1);
    auto of_user = run_as("65534", "65534");
    has_started(port);
    BOOST_TEST(exit_code_for_nobody(explain, "") == 0);
    BOOST_TEST(exit_code_for_nobody(reload, "") == 0);
    stops(of_user, 2);
}

BOOST_AUTO_TEST_CASE(places_that_others_may_change_are_refused_and_told) {
    const public_directory directory;
    const auto port = reserve_port();
    const words line{"run", join("127.0.0.1", port), "127.0.0.1:1"};
    const auto with = [&](const words& more) { return together(line, more); };
    directory.give_to_user();
    const auto folder = directory.path().string();
    const auto why = "user 54321 may change the directory " + folder + ",";
    is_refused(with({"--pid-file", folder + "/pid"}), 73, "pid file " + folder + "/pid: " + why,
               port);
    is_refused(with({"--control", folder + "/control"}), 73,
               "control channel " + folder + "/control: " + why, port);
    is_refused(with({"--user", "65534", "--group", "65534", "--chroot", folder}), 78,
               "root folder " + folder + ": " + why, port);
    const public_directory of_root;
    std::ofstream(of_root / "precious") << "precious";
    fs::create_symlink(of_root / "precious", directory / "link");
    is_refused(with({"--log-to", folder + "/link"}), 73,
               "cannot open the log " + folder +
                   "/link: leads over a symbolic link in a directory that others may change",
               port);
    BOOST_TEST(read_file(of_root / "precious") == "precious");
}

BOOST_AUTO_TEST_CASE(a_log_over_a_link_of_the_user_is_given_to_nobody) {
    const public_directory of_user;
    of_user.give_to_user();
    const public_directory of_root;
    std::ofstream(of_root / "shadow") << "precious";
    fs::create_symlink(of_root.path(), of_user / "logs");
    const auto log = (of_user / "logs" / "shadow").string();
    const words line{"run", join("127.0.0.1", reserve_port()), "127.0.0.1:1"};
    program plug(together(together(line, {"--session-log", log}), as_user));
    BOOST_TEST(plug.exit_code() == 73, plug.errors());
    BOOST_TEST(owner_of(of_root / "shadow") == 0U);
    BOOST_TEST(read_file(of_root / "shadow") == "precious");
}

BOOST_AUTO_TEST_CASE(a_user_or_group_that_is_missing_is_named_and_nothing_is_opened) {
    const auto port = reserve_port();
    const words line{"run", join("127.0.0.1", port), "127.0.0.1:1"};
    const auto with = [&](const words& more) { return together(line, more); };
    is_refused(with({"--user", "no-such-user"}), 78, "user no-such-user: there is no such user",
               port);
    is_refused(with({"--user", "54321", "--group", "no-such-group"}), 78,
               "group no-such-group: there is no such group", port);
    is_refused(with({"--user", "root"}), 78, "user root: may do everything", port);
}

BOOST_AUTO_TEST_CASE(only_root_can_become_another_user) {
    const auto port = reserve_port();
    is_refused(together({"run", join("127.0.0.1", port), "127.0.0.1:1"}, as_user), 77,
               "cannot become user 54321: plug was not started as root", port,
               {.without_privileges = true});
    named_server target("target");
    auto plug = start_plug({target.address()}, {"--user", "65534", "--group", "65534"},
                           {.without_privileges = true});
    BOOST_TEST(ask_name(plug.port()) == "target");
}

BOOST_AUTO_TEST_CASE(a_configuration_that_the_user_could_not_reload_is_refused) {
    const public_directory directory;
    const auto port = reserve_port();
    const auto file = directory.write("plug.toml", "[process]\n" + as_user_in_file +
                                                       plug_text("web", port, "127.0.0.1:1"));
    fs::permissions(file, fs::perms{0600});
    is_refused({"run", "--config", file}, 78,
               "user 54321 could not reload the configuration: " + file +
                   ": cannot be read: Permission denied",
               port);
}

// LeakSanitizer looks at /proc, which a root folder of its own has none of: a process in one is not
// looked at.
BOOST_AUTO_TEST_CASE(the_root_folder_changes_and_a_reload_works_within_it,
                     *boost::unit_test::precondition(is_not_sanitized)) {
    named_server a("a");
    named_server b("b");
    const public_directory outside;
    const public_directory jail;
    fs::create_directory(jail / "log");
    BOOST_REQUIRE(::chown((jail / "log").c_str(), user, group) == 0);
    const auto port = reserve_port();
    const auto process = "[process]\nsession_log = \"log/sessions\"\nchroot = \".\"\n" +
                         as_user_in_file + "pid_file = \"" + (outside / "pid").string() + "\"\n";
    const auto file = jail.write("plug.toml", process + plug_text("web", port, a.address()));
    running_plug plug(port, {"run", "--config", file});
    has_started(port, "a");
    BOOST_TEST(fs::read_symlink("/proc/" + std::to_string(plug.process()) + "/root") ==
               jail.path());
    BOOST_TEST(working_directory(plug.process()) == jail.path());
    is_the_user_with_the_ports_alone(plug.process());
    const auto log = jail / "log" / "sessions";
    BOOST_TEST(eventually([&] { return count_matches(read_file(log), "\n") == 1; }));
    fs::rename(log, jail / "old");
    jail.write("plug.toml", process + plug_text("web", port, b.address()));
    plug.signal(SIGHUP);
    BOOST_TEST(plug.says("reloaded " + literally(file) + ": 2 changes"), plug.errors());
    BOOST_TEST(ask_name(port) == "b");
    BOOST_TEST(eventually([&] { return count_matches(read_file(log), "\n") == 1; }));
    jail.write("plug.toml", "[process]\nsession_log = \"/elsewhere\"\n" + as_user_in_file +
                                "chroot = \".\"\n" + plug_text("web", port, b.address()));
    plug.signal(SIGHUP);
    BOOST_TEST(plug.says("reload failed.*" + literally(file) +
                         ":2:.*/elsewhere lies outside the root folder"),
               plug.errors());
    BOOST_TEST(plug.stop() == 0);
    BOOST_TEST(read_file(outside / "pid") == "");
}

BOOST_AUTO_TEST_CASE(names_are_resolved_by_the_files_of_the_root_folder,
                     *boost::unit_test::precondition(is_not_sanitized)) {
    in_own_network([] { // so that no name server answers
        named_server target("target");
        const public_directory jail;
        fs::create_directory(jail / "etc");
        std::ofstream(jail / "etc" / "hosts") << "127.0.0.1 within.example\n";
        const auto name = "within.example:" + std::to_string(target.port());
        auto plug = start_plug({name}, together({"--resolve", "--chroot", jail.path()}, as_user));
        BOOST_TEST(ask_name(plug.port()) == "target");
        BOOST_TEST(plug.stop() == 0);
    });
}

// ldconfig is linked statically, and so runs where nothing else is.
BOOST_AUTO_TEST_CASE(a_check_by_command_runs_within_the_root_folder,
                     *boost::unit_test::precondition(is_not_sanitized)) {
    named_server good("good");
    named_server bad("bad");
    const public_directory jail;
    fs::create_directory(jail / "bin");
    const auto checker = jail / "bin" / "check";
    fs::copy_file("/sbin/ldconfig", checker);
    const auto checked_by = [](const fs::path& path, const std::string& argument) {
        return "check = { kind = \"command\", command = [\"" + path.string() + "\", \"" + argument +
               "\"], interval = \"100ms\", fall = 1 }\n";
    };
    const auto port = reserve_port();
    const auto text = "[process]\nchroot = \".\"\n" + as_user_in_file + "[plug.web]\nlisten = \"" +
                      join("127.0.0.1", port) + "\"\n" + checked_by(checker, "--version") +
                      "[[plug.web.target]]\naddress = \"" + good.address() +
                      "\"\n[[plug.web.target]]\naddress = \"" + bad.address() + "\"\n";
    running_plug plug(
        port, {"run", "--config", jail.write("plug.toml", text + checked_by(checker, "--wrong"))});
    BOOST_TEST(plug.says(literally(bad.address()) + ".*ended with status 64"), plug.errors());
    BOOST_TEST(ask_names(port, 4) == words(4, "good"));
    BOOST_TEST(count_matches(plug.errors(), literally(good.address()) + " is down") == 0U);
    BOOST_TEST(plug.stop() == 0);
    const auto file = jail.write("plug.toml", text + checked_by("/sbin/ldconfig", "--version"));
    program refused({"run", "--config", file});
    BOOST_TEST(refused.exit_code() == 78);
    BOOST_TEST(count_matches(refused.errors(),
                             literally(file) + ":11:11: " + literally(bad.address()) +
                                 ": /sbin/ldconfig lies outside the root folder, ") == 1U,
               refused.errors());
}

BOOST_AUTO_TEST_CASE(a_configuration_outside_the_root_folder_is_refused_and_named,
                     *boost::unit_test::precondition(is_not_sanitized)) {
    const public_directory jail;
    const public_directory outside;
    const auto port = reserve_port();
    const auto text = "[process]\n" + as_user_in_file + "chroot = \"" + jail.path().string() +
                      "\"\n" + plug_text("web", port, "127.0.0.1:1");
    const auto file = outside.write("plug.toml", text);
    is_refused({"run", "--config", file}, 78,
               "configuration " + file + ": lies outside the root folder, " + jail.path().string(),
               port);
    // A link leads out of it, and so does a folder of plugs.
    fs::create_symlink(file, jail / "plug.toml");
    is_refused({"run", "--config", jail / "plug.toml"}, 78,
               "could not reload the configuration: " + (jail / "plug.toml").string(), port);
    fs::remove(jail / "plug.toml");
    const auto within = jail.write("plug.toml", text);
    fs::create_directory(outside / "conf.d");
    outside.write("conf.d/more.toml", plug_text("more", reserve_port(), "127.0.0.1:1"));
    fs::create_symlink(outside / "conf.d", jail / "conf.d");
    is_refused({"run", "--config", within}, 78, "would reload another configuration: [plug.more]",
               port);
    is_refused({"run", join("127.0.0.1", port), "127.0.0.1:1", "--user", "54321", "--group",
                "54322", "--chroot", jail / "missing"},
               78, "root folder " + (jail / "missing").string() + ": is no folder", port);
}

BOOST_AUTO_TEST_SUITE_END()
