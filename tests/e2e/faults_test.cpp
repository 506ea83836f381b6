// What is wrong with the machine, or with what an operator left there: one clear line, and nothing
// half-done.
#include "tests/support/net/ports.hpp"
#include "tests/support/peers/peers.hpp"
#include "tests/support/process/namespaces.hpp"
#include "tests/support/process/plugs.hpp"
#include "tests/support/process/skipping.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <fstream>

using namespace plug::test;
namespace fs = std::filesystem;

namespace {

/// A configuration whose folders and files a test opens to everyone.
struct open_configuration {
    temporary_directory directory;
    std::uint16_t port = reserve_port();
    fs::path file = directory / "plug.toml";
    fs::path part = directory / "conf.d" / "more.toml";

    explicit open_configuration(const std::string& target) {
        std::ofstream(file) << plug_text("web", port, target);
        fs::create_directory(directory / "conf.d");
        std::ofstream(part) << plug_text("more", reserve_port(), target);
    }

    static std::string plug_text(const std::string& name, std::uint16_t port,
                                 const std::string& target) {
        return "[plug." + name + "]\nlisten = \"" + join("127.0.0.1", port) + "\"\ntargets = \"" +
               target + "\"\n";
    }

    [[nodiscard]] words line() const { return {"run", "--config", file}; }

    void is_refused_for(const fs::path& open) const {
        const auto before = fs::status(open).permissions();
        fs::permissions(open, fs::perms::others_write, fs::perm_options::add);
        program plug(line());
        BOOST_TEST(plug.exit_code() == 78);
        BOOST_TEST(plug.errors() == open.string() +
                                        ": anyone may write to it, so that root does "
                                        "not run it; chmod o-w " +
                                        open.string() +
                                        ", mount it read-only, or start plug as a user who is "
                                        "not root\n");
        BOOST_TEST(listening_sockets(port) == 0U);
        fs::permissions(open, before);
    }
};

std::size_t lines_in(const fs::path& file) { return count_matches(read_file(file), "\n"); }

} // namespace

BOOST_AUTO_TEST_SUITE(faults, *posix_only("disks, users and modes of Unix") *
                                  boost::unit_test::precondition(is_root))

BOOST_AUTO_TEST_CASE(root_runs_no_configuration_that_anyone_may_write) {
    named_server target("target");
    const open_configuration made(target.address());
    for (const auto& open :
         {made.file, made.directory.path(), made.part, made.directory / "conf.d"})
        made.is_refused_for(open);
    running_plug plug(made.port, made.line());
    BOOST_TEST(ask_name(made.port) == "target");
    // A reload is held to the same.
    fs::permissions(made.file, fs::perms{0666});
    plug.signal(SIGHUP);
    BOOST_TEST(plug.says("reload failed.*" + literally(made.file.string()) + ": anyone may write"),
               plug.errors());
    BOOST_TEST(ask_name(made.port) == "target");
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(root_runs_a_configuration_that_is_mounted_read_only_whatever_its_mode) {
    in_own_mounts([] {
        named_server target("target");
        const open_configuration made(target.address());
        for (const auto& open : {made.file, made.directory.path()})
            fs::permissions(open, fs::perms{0777});
        make_read_only(made.directory.path());
        running_plug plug(made.port, made.line());
        BOOST_TEST(ask_name(made.port) == "target");
        BOOST_TEST(plug.stop() == 0);
    });
}

BOOST_AUTO_TEST_CASE(others_run_what_they_may_write_themselves) {
    named_server target("target");
    const open_configuration made(target.address());
    fs::permissions(made.directory.path(), fs::perms{0777});
    fs::permissions(made.file, fs::perms{0666});
    fs::permissions(made.directory / "conf.d", fs::perms{0755});
    running_plug plug(made.port, made.line(), {.without_privileges = true});
    BOOST_TEST(ask_name(made.port) == "target");
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_told_once_until_there_is_room_again) {
    in_own_mounts([] {
        named_server target("target");
        const temporary_directory disk;
        mount_small_disk(disk.path(), 65536);
        const auto file = disk / "sessions";
        const auto fill = [&] { std::ofstream(disk / "filler") << std::string(131072, 'x'); };
        auto plug = start_plug({target.address()}, {"--session-log", file});
        BOOST_TEST(ask_name(plug.port()) == "target");
        BOOST_TEST(eventually([&] { return lines_in(file) == 1; }));
        const auto told = literally(file.string()) + ".*No space left on device";
        std::size_t written = 1;
        for (std::size_t round = 1; round <= 2; ++round) {
            fill();
            // The page where the last line stands still has room.
            BOOST_TEST(eventually([&] {
                return ask_names(plug.port(), 20).size() == 20 &&
                       count_matches(plug.errors(), told) >= round;
            }));
            BOOST_TEST(ask_names(plug.port(), 40).size() == 40U);
            BOOST_TEST(count_matches(plug.errors(), told) == round, plug.errors());
            fs::remove(disk / "filler");
            written = lines_in(file);
            BOOST_TEST(eventually(
                [&] { return ask_name(plug.port()) == "target" && lines_in(file) > written; }));
        }
        BOOST_TEST(plug.stop() == 0);
        BOOST_TEST(count_matches(plug.errors(), told) == 2U, plug.errors());
        // Whole lines, and nothing of those that did not fit but where the room ended.
        BOOST_TEST(read_file(file).back() == '\n');
    });
}

BOOST_AUTO_TEST_CASE(a_pid_file_on_a_full_disk_is_refused) {
    in_own_mounts([] {
        const temporary_directory disk;
        mount_small_disk(disk.path(), 4096);
        std::ofstream(disk / "filler") << std::string(8192, 'x');
        const auto port = reserve_port();
        program plug(
            {"run", join("127.0.0.1", port), "127.0.0.1:1", "--pid-file", disk / "plug.pid"});
        BOOST_TEST(plug.exit_code() == 73);
        BOOST_TEST(plug.errors() == "plug: pid file " + (disk / "plug.pid").string() +
                                        ": No space left on device\n");
        BOOST_TEST(listening_sockets(port) == 0U);
        BOOST_TEST(!fs::exists(disk / "plug.pid"));
    });
}

BOOST_AUTO_TEST_CASE(nothing_is_written_to_a_read_only_etc_unless_it_is_asked_for) {
    in_own_mounts([] {
        named_server target("target");
        make_read_only("/etc");
        const auto port = reserve_port();
        program refused({"run", join("127.0.0.1", port), target.address(), "--pid-file",
                         "/etc/plug-of-a-test.pid"});
        BOOST_TEST(refused.exit_code() == 73);
        BOOST_TEST(refused.errors() ==
                   "plug: pid file /etc/plug-of-a-test.pid: Read-only file system\n");
        BOOST_TEST(listening_sockets(port) == 0U);
        program unlogged({"run", join("127.0.0.1", port), target.address(), "--session-log",
                          "/etc/plug-of-a-test.log"});
        BOOST_TEST(unlogged.exit_code() == 73);
        BOOST_TEST(unlogged.errors() == "plug: cannot open the session log "
                                        "/etc/plug-of-a-test.log: Read-only file system\n");
        BOOST_TEST(listening_sockets(port) == 0U);
    });
}

BOOST_AUTO_TEST_CASE(a_configuration_on_a_read_only_disk_is_run_and_reloaded) {
    in_own_mounts([] {
        named_server target("target");
        const open_configuration made(target.address());
        make_read_only(made.directory.path());
        running_plug plug(made.port, made.line());
        BOOST_TEST(ask_name(made.port) == "target");
        plug.signal(SIGHUP);
        BOOST_TEST(plug.says("reloaded .*: nothing has changed"), plug.errors());
        BOOST_TEST(plug.stop() == 0);
    });
}

BOOST_AUTO_TEST_SUITE_END()
