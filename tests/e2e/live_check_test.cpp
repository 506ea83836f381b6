// `plug check --live`: what a configuration will meet.
#include "tests/support/https_proxy.hpp"
#include "tests/support/peers.hpp"
#include "tests/support/plugs.hpp"
#include "tests/support/ports.hpp"
#include "tests/support/skipping.hpp"

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

outcome check(const std::string& text, start_options options = {}) {
    const temporary_directory directory;
    std::ofstream(directory / "plug.toml") << text;
    options.directory = directory.path();
    program plug({"check", "--live", "plug.toml"}, std::move(options));
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
    BOOST_TEST(has_line(said, "wrong  plug web: name no-such-host.invalid cannot be resolved"),
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
