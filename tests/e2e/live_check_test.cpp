// `plug check --live`: what a configuration will meet.
#include "tests/support/net/ports.hpp"
#include "tests/support/net/resting_ports.hpp"
#include "tests/support/peers/https_proxy.hpp"
#include "tests/support/peers/peers.hpp"
#include "tests/support/process/namespaces.hpp"
#include "tests/support/process/plugs.hpp"
#include "tests/support/process/skipping.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>

#include <unistd.h>

using namespace plug::test;

namespace {

/// What the check of a file says, and how it ends.
struct outcome {
    int exit_code = -1;
    std::string output;
};

outcome check(const std::string& text, start_options options = {}, const words& more = {}) {
    const temporary_directory directory;
    std::ofstream(directory / "plug.toml") << text;
    options.directory = directory.path();
    if (options.without_privileges) {
        std::filesystem::permissions(directory.path(), std::filesystem::perms{0755});
    }
    program plug(together({"check", "--live", "plug.toml"}, more), std::move(options));
    const int exit_code = plug.exit_code();
    BOOST_TEST(plug.errors() == "");
    return {exit_code, plug.output()};
}

bool has_line(const outcome& said, const std::string& expression) {
    return count_matches(said.output, "(?m)^" + expression + "$") == 1U;
}

std::string plug_at(const std::string& listen, const std::string& targets,
                    const std::string& keys = {}) {
    return "[plug.web]\nlisten = \"" + listen + "\"\ntargets = [" + targets + "]\n" + keys;
}

std::string in_quotes(const std::string& text) { return "\"" + text + "\""; }

} // namespace

BOOST_AUTO_TEST_SUITE(live_check)

BOOST_AUTO_TEST_CASE(everything_that_was_looked_at_has_a_line) {
    named_server target("t");
    const auto listen = join("127.0.0.1", reserve_port());
    const auto said = check(plug_at(listen, in_quotes(target.address())));
    BOOST_TEST(said.exit_code == 0, said.output);
    BOOST_TEST(said.output.starts_with("plug.toml: 1 plug, all right\n"), said.output);
    BOOST_TEST(has_line(said, "ok     plug web: listen " + literally(listen) + " is free"),
               said.output);
    BOOST_TEST(has_line(said, "ok     plug web: target " + literally(target.address()) +
                                  " answers within \\d+ ms"),
               said.output);
    BOOST_TEST(has_line(said, "(ok   |doubt)  descriptors .*"), said.output);
    BOOST_TEST(has_line(said, "ok     ephemeral ports .*"), said.output);
    BOOST_TEST(count_matches(said.output, "\n") == 5U, said.output);
    BOOST_TEST(target.accepted() == 1U);
}

BOOST_AUTO_TEST_CASE(the_ports_towards_a_target_are_told_as_sessions_a_second,
                     *boost::unit_test::precondition(is_root) *
                         posix_only("the range of ports is a setting of Linux")) {
    in_own_network([] {
        const named_server target("t");
        set_network_setting("net/ipv4/ip_local_port_range", "30000 35999");
        const auto config = plug_at(join("127.0.0.1", reserve_port()), in_quotes(target.address()));
        const auto outcome_with = [&](const std::string& reuse) {
            set_network_setting("net/ipv4/tcp_tw_reuse", reuse);
            return check(config);
        };
        const std::string at_once = "ok     ephemeral ports allow 6000 sessions at once from one "
                                    "address of this machine to one target, and ";
        const std::string a_second = " new ones a second where clients close first";
        const auto usual = outcome_with("2");
        BOOST_TEST(has_line(usual, at_once + "100" + a_second), usual.output);
        const auto reusing = outcome_with("1");
        BOOST_TEST(has_line(reusing, at_once + "6000" + a_second), reusing.output);
    });
}

BOOST_AUTO_TEST_CASE(all_targets_and_listeners_are_told_of_though_some_are_wrong) {
    named_server good("g");
    listener holder;
    const auto refused = closed_address();
    const auto said =
        check(plug_at(holder.address(), in_quotes(refused) + ", " + in_quotes(good.address())));
    BOOST_TEST(said.exit_code == 78, said.output);
    BOOST_TEST(
        has_line(said, "wrong  plug web: listen " + literally(holder.address()) + " is in use.*"),
        said.output);
    BOOST_TEST(has_line(said, "wrong  plug web: target " + literally(refused) +
                                  " cannot be reached: .*refused.*"),
               said.output);
    BOOST_TEST(has_line(said, "ok     plug web: target " + literally(good.address()) + " .*"),
               said.output);
}

BOOST_AUTO_TEST_CASE(who_holds_a_port_is_told, *posix_only("Wine sees no sockets but its own")) {
    listener holder;
    named_server target("t");
    const auto taken = join("0.0.0.0", holder.port());
    const auto said = check(plug_at(taken, in_quotes(target.address())));
    BOOST_TEST(said.exit_code == 78);
    BOOST_TEST(has_line(said, "wrong  plug web: listen " + literally(taken) +
                                  " is in use, by e2e_tests \\(process " +
                                  std::to_string(::getpid()) + "\\)"),
               said.output);
}

BOOST_AUTO_TEST_CASE(what_the_plug_that_runs_holds_is_no_conflict_and_a_reload_agrees,
                     *posix_only("the place of the control channel is a path")) {
    named_server target("t");
    listener stranger;
    const temporary_directory directory;
    const auto port = reserve_port();
    const auto here = join("127.0.0.1", port);
    const auto everywhere = std::to_string(port);
    const auto place = (directory / "control").string();
    const auto file = directory / "plug.toml";
    const auto text = [&](const std::string& listen, const std::string& more = {}) {
        return "[process]\ncontrol = " + in_quotes(place) +
               "\npid_file = " + in_quotes((directory / "pid").string()) + "\n" +
               plug_at(listen, in_quotes(target.address())) + more;
    };
    std::ofstream(file) << text(here);
    running_plug plug(port, {"run", "--config", file.string()});
    BOOST_TEST(ask_name(port) == "t");
    const auto edit_and_reload = [&](const std::string& edited) {
        std::ofstream(file, std::ios::trunc) << edited;
        program command({"reload", "--control", place});
        return command.exit_code();
    };
    const auto held = [&](const outcome& said, const std::string& listen, const std::string& as) {
        BOOST_TEST(said.exit_code == 0, said.output);
        BOOST_TEST(has_line(said, "ok     plug web: listen " + literally(listen) +
                                      " is held by the plug that runs" + literally(as)),
                   said.output);
    };
    const auto with_more =
        text(here, "[plug.more]\nlisten = \"127.0.0.1:" + std::to_string(reserve_port()) +
                       "\"\ntargets = " + in_quotes(target.address()) + "\n");
    held(check(with_more), here, "");
    BOOST_TEST(has_line(check(with_more), "ok     pid file .*/pid is held by the plug that runs"));
    BOOST_TEST(edit_and_reload(with_more) == 0);
    held(check(text(everywhere)), everywhere, ", as " + here); // which makes way
    BOOST_TEST(edit_and_reload(text(everywhere)) == 0);
    held(check(text(everywhere)), everywhere, "");
    const auto taken = check(text(stranger.address()));
    BOOST_TEST(taken.exit_code == 78);
    BOOST_TEST(has_line(taken, "wrong  plug web: listen " + literally(stranger.address()) +
                                   " is in use, by e2e_tests .*"),
               taken.output);
    BOOST_TEST(edit_and_reload(text(stranger.address())) == 78);
    // The place may be named, and at another one there is no plug that would hold it.
    const auto elsewhere = plug_at(everywhere, in_quotes(target.address()));
    held(check(elsewhere, {}, {"--control", place}), everywhere, "");
    BOOST_TEST(check(elsewhere, {}, {"--control", place + "2"}).exit_code == 78);
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(who_may_not_ask_the_plug_that_runs_hears_that,
                     *posix_only("the place of the control channel is a path") *
                         boost::unit_test::precondition(is_root)) {
    named_server target("t");
    const temporary_directory directory;
    std::filesystem::permissions(directory.path(), std::filesystem::perms{0755});
    const auto place = (directory / "control").string();
    auto plug = start_plug({target.address()}, {"--control", place});
    const auto said = check(plug_at(join("127.0.0.1", plug.port()), in_quotes(target.address())),
                            {.without_privileges = true}, {"--control", place});
    BOOST_TEST(said.exit_code == 78, said.output);
    BOOST_TEST(has_line(said, ".* is in use.*; whether by the plug at " + literally(place) +
                                  " is not known: Permission denied"),
               said.output);
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(names_are_resolved_where_plug_resolves_them) {
    named_server target("t");
    const auto listen = join("127.0.0.1", reserve_port());
    const auto name = "localhost:" + std::to_string(target.port());
    const auto said = check(
        plug_at(listen, in_quotes(name) + ", \"no-such-host.invalid:1\"", "resolve = true\n"));
    BOOST_TEST(said.exit_code == 78, said.output);
    BOOST_TEST(has_line(said, "ok     plug web: name localhost is .*127\\.0\\.0\\.1.*"),
               said.output);
    BOOST_TEST(has_line(said, "ok     plug web: target " + literally(name) + " answers .*"),
               said.output);
    BOOST_TEST(has_line(said, "wrong  plug web: name no-such-host.invalid cannot be "
                              "resolved: .+"),
               said.output);
}

BOOST_AUTO_TEST_CASE(targets_are_reached_through_the_https_proxy) {
    named_server target("t");
    tunnel_proxy proxy;
    const auto listen = join("127.0.0.1", reserve_port());
    proxy.send_to(target.address(), target.address());
    const auto keys = "via = " + in_quotes(proxy.address()) + "\n";
    const auto said = check(plug_at(listen, in_quotes(target.address()), keys));
    BOOST_TEST(said.exit_code == 0, said.output);
    BOOST_TEST(target.accepted() == 1U);
    const auto gone = closed_address();
    const auto dead =
        check(plug_at(listen, in_quotes(target.address()), "via = " + in_quotes(gone) + "\n"));
    BOOST_TEST(dead.exit_code == 78);
    BOOST_TEST(has_line(dead, "wrong  plug web: target .* cannot be reached: .*"), dead.output);
    BOOST_TEST(target.accepted() == 1U);
}

BOOST_AUTO_TEST_CASE(files_that_cannot_be_opened_are_wrong_and_none_is_made) {
    named_server target("t");
    const temporary_directory directory;
    const auto plug = plug_at(join("127.0.0.1", reserve_port()), in_quotes(target.address()));
    const auto good = (directory / "sessions").string();
    const auto bad = (directory / "none" / "file").string();
    const auto said = check("[process]\nsession_log = '" + good + "'\nlog_to = '" + bad +
                            "'\npid_file = '" + bad + ".pid'\n" + plug);
    BOOST_TEST(said.exit_code == 78, said.output);
    BOOST_TEST(has_line(said, "ok     session log " + literally(as_told(good)) + " can be written"),
               said.output);
    BOOST_TEST(has_line(said, "wrong  log " + literally(as_told(bad)) + " cannot be opened: .+"),
               said.output);
    BOOST_TEST(has_line(said, "wrong  pid file " + literally(as_told(bad + ".pid")) +
                                  " cannot be opened: .+"),
               said.output);
    BOOST_TEST(!std::filesystem::exists(good));
    const auto other = check("[process]\nsession_log = '" + bad + "'\n" + plug);
    BOOST_TEST(other.exit_code == 78, other.output);
    BOOST_TEST(
        has_line(other, "wrong  session log " + literally(as_told(bad)) + " cannot be opened: .+"),
        other.output);
}

BOOST_AUTO_TEST_CASE(few_descriptors_are_doubtful_and_no_mistake,
                     *posix_only("Windows has no such limit")) {
    named_server target("t");
    const auto listen = join("127.0.0.1", reserve_port());
    const auto said = check(plug_at(listen, in_quotes(target.address())),
                            {.descriptor_limits = std::pair(200, 200)});
    BOOST_TEST(said.exit_code == 0, said.output);
    BOOST_TEST(has_line(said,
                        "doubt  descriptors allow \\d\\d sessions at once; raise the limit of "
                        "open files of the process"),
               said.output);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_wrong_in_itself_is_not_looked_at_further) {
    const temporary_directory directory;
    named_server target("t");
    std::ofstream(directory / "plug.toml") << plug_at("0", in_quotes(target.address()));
    program plug({"check", "--live", "plug.toml"}, {.directory = directory.path()});
    BOOST_TEST(plug.exit_code() == 78);
    BOOST_TEST(plug.output() == "");
    BOOST_TEST(target.accepted() == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
