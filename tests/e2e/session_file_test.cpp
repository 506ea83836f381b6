// The session file.
#include "tests/support/peers/peers.hpp"
#include "tests/support/process/plugs.hpp"
#include "tests/support/process/skipping.hpp"

#include <boost/regex.hpp>
#include <boost/test/unit_test.hpp>

#include <ctime>
#include <fstream>
#include <future>
#include <iomanip>
#include <sstream>

using namespace plug::test;
namespace fs = std::filesystem;

namespace {

/// The parts of a line of the session file.
struct session_line {
    std::string time, process, from, peer, to;
    std::uint64_t in = 0, out = 0, duration = 0;
};

std::vector<session_line> session_lines(const std::string& text) {
    static const boost::regex whole(
        R"(\[(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)\] plug\[(\d+)\] (\S+) (\S+) (\S+) (\d+) (\d+) (\d+))");
    std::vector<session_line> lines;
    std::istringstream split(text);
    for (std::string line; std::getline(split, line);) {
        boost::smatch part;
        if (!boost::regex_match(line, part, whole))
            throw std::runtime_error("not a session line: " + line);
        lines.push_back({part[1], part[2], part[3], part[4], part[5], std::stoull(part[6]),
                         std::stoull(part[7]), std::stoull(part[8])});
    }
    return lines;
}

std::vector<session_line> wait_for_lines(const fs::path& file, std::size_t count) {
    BOOST_TEST(eventually([&] { return count_matches(read_file(file), "\n") >= count; }));
    return session_lines(read_file(file));
}

} // namespace

BOOST_AUTO_TEST_SUITE(session_file)

BOOST_AUTO_TEST_CASE(the_session_file_tells_who_where_and_how_much) {
    listener front;
    temporary_directory directory;
    const auto file = directory / "sessions";
    auto plug = start_plug({front.address()}, {"--session-log", file});
    {
        stream client = plug.connect({.source = "127.0.0.21"});
        stream target = front.accept();
        client.send("12345");
        BOOST_TEST(target.receive(5) == "12345");
        target.send("1234567");
        BOOST_TEST(client.receive(7) == "1234567");
        std::this_thread::sleep_for(300ms);
        client.close();
        BOOST_TEST(target.receive_to_end().end == stream_end::orderly);
        target.close();
    }
    const auto lines = wait_for_lines(file, 1);
    BOOST_REQUIRE(lines.size() == 1U);
    if (!runs_in_wine()) // which has numbers of its own for processes
        BOOST_TEST(lines[0].process == std::to_string(plug.process()));
    BOOST_TEST(lines[0].from == join("127.0.0.1", plug.port()));
    BOOST_TEST(lines[0].peer == "127.0.0.21");
    BOOST_TEST(lines[0].to == front.address());
    BOOST_TEST(lines[0].in == 5U);
    BOOST_TEST(lines[0].out == 7U);
    BOOST_TEST(lines[0].duration >= 300'000U);
    BOOST_TEST(lines[0].duration < 600'000'000U);
}

BOOST_AUTO_TEST_CASE(a_session_file_at_the_size_limit_is_told_and_traffic_goes_on,
                     *posix_only("RLIMIT_FSIZE")) {
    named_server target("target");
    temporary_directory directory;
    const auto file = directory / "sessions";
    auto plug = start_plug({target.address()}, {"--session-log", file}, {.file_size_limit = 1000});
    BOOST_TEST(ask_names(plug.port(), 30).size() == 30U);
    BOOST_TEST(plug.says("write to .*sessions: File too large; sessions go on without it"));
    BOOST_TEST(ask_name(plug.port()) == "target");
    BOOST_TEST(plug.stop() == 0);
    BOOST_TEST(fs::file_size(file) <= 1000U);
}

BOOST_AUTO_TEST_CASE(a_session_file_that_cannot_be_opened_fails_the_start) {
    temporary_directory directory;
    const auto file = directory / "none" / "sessions";
    const auto port = reserve_port();
    for (const words& line :
         {words{"run", join("127.0.0.1", port), "127.0.0.1:1", "--session-log", file},
          words{"-n", "-i", "127.0.0.1", "-S", file, std::to_string(port), "127.0.0.1:1"}}) {
        program plug(line);
        BOOST_TEST(plug.exit_code() == (line.front() == "run" ? 73 : 4));
        BOOST_TEST(plug.errors().starts_with("plug: cannot open the session log " +
                                             as_told(file.string()) + ": "),
                   plug.errors());
        BOOST_TEST(listening_sockets(port) == 0U);
    }
}

BOOST_AUTO_TEST_CASE(the_session_file_counts_every_byte_of_a_long_session) {
    named_server target("target");
    auto plug = start_plug({target.address()}, {"--session-log", "-"});
    const std::string bytes(3'000'000, 'x');
    stream client = plug.connect();
    auto sent = std::async(std::launch::async, [&] {
        client.send(bytes);
        client.half_close();
    });
    BOOST_TEST(client.receive_to_end().bytes.size() == bytes.size() + 7);
    sent.get();
    const auto lines = wait_for_lines(plug.directory() / "output", 1);
    BOOST_TEST(lines[0].in == bytes.size());
    BOOST_TEST(lines[0].out == bytes.size() + 7);
}

BOOST_AUTO_TEST_CASE(the_session_file_names_the_port_alone_or_the_address_in_brackets) {
    named_server target("target", "::1");
    const std::uint16_t port = reserve_port();
    running_plug everywhere(port,
                            {"run", std::to_string(port), target.address(), "--session-log", "-"});
    BOOST_TEST(ask_name(port, "::1", "::1") == "target");
    const auto first = wait_for_lines(everywhere.directory() / "output", 1);
    BOOST_TEST(first[0].from == std::to_string(port));
    BOOST_TEST(first[0].peer == "::1");
    BOOST_TEST(first[0].to == target.address());
    // An IPv4 client of the same socket is an IPv4 client.
    BOOST_TEST(ask_name(port, "127.0.0.8") == "target");
    BOOST_TEST(wait_for_lines(everywhere.directory() / "output", 2)[1].peer == "127.0.0.8");
    const std::uint16_t other = reserve_port();
    running_plug bracketed(other,
                           {"run", join("::1", other), target.address(), "--session-log", "-"});
    BOOST_TEST(ask_name(other, {}, "::1") == "target");
    BOOST_TEST(wait_for_lines(bracketed.directory() / "output", 1)[0].from == join("::1", other));
}

BOOST_AUTO_TEST_CASE(the_time_of_the_session_file_is_local_time_of_the_end,
                     *not_in_wine("Windows keeps the time zone in its registry")) {
    named_server target("target");
    // Five and a half hours east of Greenwich.
    constexpr std::time_t offset = 19'800;
    auto plug =
        start_plug({target.address()}, {"--session-log", "-"}, {.environment = {"TZ=EAST-5:30"}});
    const std::time_t before = std::time(nullptr);
    BOOST_TEST(ask_name(plug.port()) == "target");
    const auto lines = wait_for_lines(plug.directory() / "output", 1);
    const std::time_t after = std::time(nullptr);
    std::tm parts{};
    std::istringstream(lines[0].time) >> std::get_time(&parts, "%Y-%m-%d %H:%M:%S");
    const std::time_t written = timegm(&parts) - offset;
    BOOST_TEST(written >= before);
    BOOST_TEST(written <= after);
}

BOOST_AUTO_TEST_CASE(a_session_without_a_target_and_one_that_was_reset_have_their_lines_too) {
    listener front;
    temporary_directory directory;
    auto plug = start_plug({front.address()}, {"--session-log", directory / "sessions"});
    {
        stream client = plug.connect();
        stream target = front.accept();
        client.send("abc");
        BOOST_TEST(target.receive(3) == "abc");
        client.reset();
        BOOST_TEST(target.receive_to_end().end == stream_end::reset);
    }
    BOOST_TEST(wait_for_lines(directory / "sessions", 1)[0].in == 3U);
    front.close();
    BOOST_TEST(plug.connect().receive_to_end().bytes == "");
    const auto lines = wait_for_lines(directory / "sessions", 2);
    BOOST_TEST(lines[1].to == front.address());
    BOOST_TEST(lines[1].in == 0U);
    BOOST_TEST(lines[1].out == 0U);
}

BOOST_AUTO_TEST_CASE(the_session_file_is_appended_to_with_mode_0640,
                     *posix_only("Windows has no such modes")) {
    named_server target("target");
    temporary_directory directory;
    const auto file = directory / "sessions";
    for (const unsigned mask : {0U, 077U, 0777U}) {
        auto plug = start_plug({target.address()}, {"--session-log", file}, {.file_mask = mask});
        BOOST_TEST(ask_name(plug.port()) == "target");
        BOOST_TEST(plug.stop() == 0);
        const auto mode = static_cast<unsigned>(fs::status(file).permissions());
        BOOST_TEST(mode == 0640U, mode);
        if (mask != 0777U) {
            BOOST_TEST(session_lines(read_file(file)).size() == 1U);
            fs::remove(file);
        }
    }
    auto plug = start_plug({target.address()}, {"--session-log", file});
    BOOST_TEST(ask_name(plug.port()) == "target");
    BOOST_TEST(plug.stop() == 0);
    BOOST_TEST(session_lines(read_file(file)).size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_renamed_session_file_is_noticed_and_nothing_is_lost) {
    named_server target("target");
    temporary_directory directory;
    const auto file = directory / "sessions";
    auto plug = start_plug({target.address()}, {"--session-log", file});
    std::vector<fs::path> rotated;
    std::size_t sessions = 0;
    for (int round = 0; round < 4; ++round) {
        sessions += ask_names(plug.port(), 20).size();
        // While sessions may still be written: whole lines are in one of the two.
        BOOST_TEST(eventually([&] { return fs::exists(file); }));
        rotated.push_back(directory / ("old-" + std::to_string(round)));
        fs::rename(file, rotated.back());
    }
    sessions += ask_names(plug.port(), 1).size();
    BOOST_TEST(eventually([&] { return fs::exists(file); }));
    BOOST_TEST(plug.stop() == 0);
    std::size_t lines = session_lines(read_file(file)).size();
    for (const auto& one : rotated)
        lines += session_lines(read_file(one)).size();
    BOOST_TEST(lines == sessions);
}

BOOST_AUTO_TEST_CASE(a_full_disk_is_a_warning_and_traffic_goes_on,
                     *posix_only("/dev/full is of Unix")) {
    named_server target("target");
    auto plug = start_plug({target.address()}, {"--session-log", "/dev/full"});
    BOOST_TEST(ask_names(plug.port(), 50).size() == 50U);
    BOOST_TEST(plug.says("/dev/full.*No space left"));
    BOOST_TEST(plug.stop() == 0);
    BOOST_TEST(count_matches(plug.errors(), "/dev/full") < 4U, plug.errors());
}

// Wine looks for the end of the file and then writes there, Windows does it in one step.
BOOST_AUTO_TEST_CASE(
    lines_are_whole_under_load,
    *not_in_wine("Wine appends in two steps, and two processes write over each other")) {
    named_server target("target");
    temporary_directory directory;
    const auto file = directory / "sessions";
    // Two plugs write to one file, each with several threads.
    auto one = start_plug({target.address()}, {"--session-log", file, "--threads", "4"});
    auto two = start_plug({target.address()}, {"--session-log", file, "--threads", "4"});
    std::vector<std::future<words>> asked;
    for (int i = 0; i < 8; ++i)
        asked.push_back(
            std::async(std::launch::async, [port = i % 2 == 0 ? one.port() : two.port()] {
                return ask_names(port, 100);
            }));
    for (auto& each : asked)
        BOOST_TEST(each.get().size() == 100U);
    BOOST_TEST(one.stop() == 0);
    BOOST_TEST(two.stop() == 0);
    std::vector<session_line> lines;
    BOOST_CHECK_NO_THROW(lines = session_lines(read_file(file)));
    BOOST_TEST(lines.size() == 800U);
}

BOOST_AUTO_TEST_SUITE_END()
