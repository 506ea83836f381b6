// Reloads: another configuration in a process that goes on.
#include "tests/support/net/ports.hpp"
#include "tests/support/peers/peers.hpp"
#include "tests/support/process/namespaces.hpp"
#include "tests/support/process/plugs.hpp"
#include "tests/support/process/process.hpp"
#include "tests/support/process/skipping.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <csignal>
#include <fstream>
#include <thread>

using namespace plug::test;

namespace {

/// `plug.toml`, in a directory of its own, that a test writes again and again.
class changing_file {
public:
    void write(const std::string& text) {
        std::ofstream(path(), std::ios::binary | std::ios::trunc) << text;
    }
    [[nodiscard]] std::string path() const { return (directory_ / "plug.toml").string(); }

private:
    temporary_directory directory_;
};

std::string plug_text(const std::string& name, std::uint16_t port, const words& targets,
                      const std::string& more = {}, const std::string& host = "127.0.0.1") {
    std::string text = "[plug." + name + "]\nlisten = \"" + join(host, port) + "\"\ntargets = [";
    for (const auto& each : targets) {
        text += "\"" + each + "\", ";
    }
    return text + "]\n" + more;
}

/// A plug that runs from a file, and reloads it.
class reloading_plug {
public:
    reloading_plug(std::uint16_t port, const std::string& text, const words& options = {}) {
        file_.write(text);
        program_.emplace(port, together({"run", "--config", file_.path()}, options));
    }

    /// Waits until the plug has said what came of it.
    void reload(const std::string& text) {
        file_.write(text);
        signal_and_wait("reloaded .*: (nothing has changed|[0-9]+ changes?)", reloads_);
    }
    void reload_in_vain(const std::string& text) {
        file_.write(text);
        signal_and_wait("reload failed, and nothing has changed: ", failures_);
    }

    /// A command has asked, and the log has it too.
    void reload_failed() {
        BOOST_REQUIRE(program_->says("reload failed, and nothing has changed: .*", ++failures_));
    }

    running_plug& operator*() { return *program_; }
    running_plug* operator->() { return &*program_; }

private:
    void signal_and_wait(const std::string& outcome, std::size_t& count) {
        program_->signal(SIGHUP);
        BOOST_REQUIRE_MESSAGE(program_->says(outcome, ++count), program_->errors());
    }

    changing_file file_;
    std::optional<running_plug> program_;
    std::size_t reloads_ = 0;
    std::size_t failures_ = 0;
};

} // namespace

BOOST_AUTO_TEST_SUITE(reload, *posix_only("SIGHUP"))

BOOST_AUTO_TEST_CASE(new_clients_get_the_new_targets_and_running_sessions_keep_theirs) {
    named_server a("a");
    named_server b("b");
    const auto port = reserve_port();
    reloading_plug plug(port, plug_text("web", port, {a.address()}));
    auto before = plug->connect();
    BOOST_TEST(before.receive(2) == "a\n");
    plug.reload(plug_text("web", port, {b.address()}, "on_removed = \"keep\"\n"));
    BOOST_TEST(ask_name(port) == "b");
    before.send("still here");
    BOOST_TEST(before.receive(10) == "still here");
    before.half_close();
    BOOST_TEST(before.receive_to_end().end == stream_end::orderly);
    BOOST_TEST(plug->stop() == 0);
}

BOOST_AUTO_TEST_CASE(sessions_on_a_target_that_is_gone_end_where_that_is_wished) {
    named_server a("a");
    named_server b("b");
    const auto port = reserve_port();
    const std::string close = "on_removed = \"close\"\n";
    reloading_plug plug(port, "[process]\ndebug = 2\n" +
                                  plug_text("web", port, {a.address(), b.address()}, close));
    auto on_a = plug->connect();
    BOOST_TEST(on_a.receive(2) == "a\n");
    auto on_b = plug->connect();
    BOOST_TEST(on_b.receive(2) == "b\n");
    plug.reload("[process]\ndebug = 2\n" + plug_text("web", port, {b.address()}, close));
    BOOST_TEST(on_a.receive_to_end().end == stream_end::reset);
    on_b.send("still here");
    BOOST_TEST(on_b.receive(10) == "still here");
    on_b.half_close();
    BOOST_TEST(on_b.receive_to_end().end == stream_end::orderly);
    BOOST_TEST(plug->says("target removed while relaying"));
    BOOST_TEST(plug->stop() == 0);
}

BOOST_AUTO_TEST_CASE(sessions_on_a_target_that_is_gone_have_the_grace_time_otherwise) {
    named_server a("a");
    named_server b("b");
    const auto port = reserve_port();
    reloading_plug plug(port,
                        "[process]\ngrace = \"300ms\"\n" + plug_text("web", port, {a.address()}));
    auto on_a = plug->connect();
    BOOST_TEST(on_a.receive(2) == "a\n");
    plug.reload("[process]\ngrace = \"300ms\"\n" + plug_text("web", port, {b.address()}));
    on_a.send("for a moment");
    BOOST_TEST(on_a.receive(12) == "for a moment");
    BOOST_TEST(on_a.receive_to_end().end == stream_end::reset);
    BOOST_TEST(plug->stop() == 0);
}

BOOST_AUTO_TEST_CASE(sessions_on_a_target_that_goes_down_end_where_that_is_wished) {
    named_server a("a");
    named_server b("b");
    auto plug = start_plug({a.address(), b.address()}, {"--first", "--on-down", "close"});
    auto on_a = plug.connect();
    BOOST_TEST(on_a.receive(2) == "a\n");
    a.refuse();
    BOOST_TEST(ask_name(plug.port()) == "b");
    BOOST_TEST(on_a.receive_to_end().end == stream_end::reset);
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(plugs_and_listeners_come_and_go) {
    named_server a("a");
    named_server b("b");
    const auto first = reserve_port();
    const auto second = reserve_port();
    reloading_plug plug(first, plug_text("one", first, {a.address()}));
    plug.reload(plug_text("one", first, {a.address()}) + plug_text("two", second, {b.address()}));
    BOOST_TEST(ask_name(first) == "a");
    BOOST_TEST(ask_name(second) == "b");
    plug.reload(plug_text("two", second, {b.address()}));
    BOOST_TEST(ask_name(second) == "b");
    BOOST_CHECK_THROW(static_cast<void>(plug->connect()), std::exception);
    BOOST_TEST(plug->stop() == 0);
}

BOOST_AUTO_TEST_CASE(an_address_goes_from_one_plug_to_another_and_stays_open) {
    named_server a("a");
    named_server b("b");
    const auto port = reserve_port();
    reloading_plug plug(port, plug_text("one", port, {a.address()}));
    plug.reload(plug_text("two", port, {b.address()}));
    BOOST_TEST(ask_name(port) == "b");
    BOOST_TEST(plug->stop() == 0);
}

BOOST_AUTO_TEST_CASE(an_address_makes_way_for_one_that_overlaps_it_and_back_and_no_client_is_lost) {
    named_server a("a");
    const auto port = reserve_port();
    const auto text = [&](const std::string& host) {
        return plug_text("web", port, {a.address()}, {}, host);
    };
    reloading_plug plug(port, text("127.0.0.1"));
    std::string reached_at = "127.0.0.1";
    for (const std::string host : {"", "127.0.0.1", "0.0.0.0", "", "::", "", "127.0.0.1"}) {
        auto during = stream::connect(reached_at, port);
        plug.reload(text(host));
        reached_at = host == "::" ? "::1" : "127.0.0.1";
        BOOST_TEST(ask_name(port, {}, reached_at) == "a");
        BOOST_TEST(during.receive(2) == "a\n");
    }
    BOOST_TEST(plug->stop() == 0);
}

BOOST_AUTO_TEST_CASE(a_reload_that_fails_leaves_the_address_that_would_have_made_way) {
    named_server a("a");
    const auto port = reserve_port();
    const listener taken;
    reloading_plug plug(port, plug_text("web", port, {a.address()}));
    plug.reload_in_vain("[plug.web]\nlisten = [\":" + std::to_string(port) + "\", \"" +
                        taken.address() + "\"]\ntargets = [\"" + a.address() + "\"]\n");
    BOOST_TEST(ask_name(port) == "a");
    BOOST_CHECK_THROW(ask_name(port, {}, "127.0.0.2"), std::exception);
    BOOST_TEST(plug->stop() == 0);
}

BOOST_AUTO_TEST_CASE(an_address_that_overlaps_that_of_another_plug_too_is_refused) {
    named_server a("a");
    const auto port = reserve_port();
    reloading_plug plug(port, plug_text("web", port, {a.address()}));
    const running_plug other(port, {"run", join("127.0.0.2", port), a.address(), "--threads", "2"});
    plug.reload_in_vain(plug_text("web", port, {a.address()}, {}, "0.0.0.0"));
    BOOST_TEST(ask_name(port) == "a");
}

BOOST_AUTO_TEST_CASE(a_broken_file_changes_nothing_and_tells_every_fault) {
    named_server a("a");
    const auto port = reserve_port();
    reloading_plug plug(port, plug_text("web", port, {a.address()}));
    plug.reload_in_vain(plug_text("web", port, {"nothing:0"}, "polizy = \"first\"\n"));
    BOOST_TEST(plug->says("plug\\.toml:4:1: polizy: is no key of .*did you mean policy"));
    BOOST_TEST(plug->says("plug\\.toml:3:12: "));
    BOOST_TEST(ask_name(port) == "a");
    BOOST_TEST(plug->stop() == 0);
}

BOOST_AUTO_TEST_CASE(a_port_that_is_taken_changes_nothing_not_even_the_ports_that_are_free) {
    named_server a("a");
    named_server taken("x");
    const auto port = reserve_port();
    const auto other = reserve_port();
    reloading_plug plug(port, plug_text("web", port, {a.address()}));
    plug.reload_in_vain(plug_text("free", other, {a.address()}) +
                        plug_text("web", taken.port(), {a.address()}));
    BOOST_TEST(ask_name(port) == "a");
    BOOST_CHECK_THROW(static_cast<void>(stream::connect("127.0.0.1", other)), std::exception);
    BOOST_TEST(plug->stop() == 0);
}

BOOST_AUTO_TEST_CASE(a_session_log_that_cannot_be_opened_changes_nothing) {
    named_server a("a");
    named_server b("b");
    const auto port = reserve_port();
    const temporary_directory directory;
    const auto file = directory / "none" / "sessions";
    reloading_plug plug(port, plug_text("web", port, {a.address()}));
    plug.reload_in_vain("[process]\nsession_log = '" + file.string() + "'\n" +
                        plug_text("web", port, {b.address()}));
    BOOST_TEST(
        plug->says("reload failed.*: cannot open the session log " + literally(file.string())),
        plug->errors());
    BOOST_TEST(ask_name(port) == "a");
}

BOOST_AUTO_TEST_CASE(what_is_known_of_targets_and_clients_goes_over) {
    named_server a("a");
    named_server b("b");
    const auto port = reserve_port();
    const std::string more = "sticky = true\nretry = \"never\"\n";
    reloading_plug plug(port, plug_text("web", port, {closed_address(), a.address()}, more));
    BOOST_TEST(ask_name(port) == "a"); // the client belongs to a now
    plug.reload(plug_text("web", port, {b.address(), a.address()}, more));
    BOOST_TEST(ask_names(port, 4) == words(4, "a"), boost::test_tools::per_element());
    BOOST_TEST(plug->stop() == 0);
}

BOOST_AUTO_TEST_CASE(the_outgoing_side_has_the_address_that_its_interface_has_now,
                     *posix_only("the network of a test is one of Linux") *
                         boost::unit_test::precondition(is_root)) {
    in_own_network([] {
        listener front;
        const auto port = reserve_port();
        const std::string text = "[plug.web]\nlisten = \"" + join("127.0.0.1", port) +
                                 "/lo\"\ntargets = \"" + front.address() + "\"\n";
        reloading_plug plug(port, text);
        const auto outgoing = [&] {
            const stream client = plug->connect();
            return front.accept().peer_host();
        };
        BOOST_TEST(outgoing() == "127.0.0.1");
        set_loopback_address("127.0.0.2");
        plug.reload(text);
        BOOST_TEST(outgoing() == "127.0.0.2");
    });
}

BOOST_AUTO_TEST_CASE(no_client_is_lost_while_the_file_is_reloaded_again_and_again) {
    named_server a("a");
    named_server b("b");
    const auto port = reserve_port();
    const auto other = reserve_port();
    const auto text = [&](int round) {
        return plug_text("web", port, {round % 2 == 0 ? a.address() : b.address()}) +
               (round % 2 == 0 ? "" : plug_text("two", other, {a.address()}));
    };
    reloading_plug plug(port, "[process]\nthreads = 4\n" + text(0));
    std::atomic<bool> goes_on{true};
    std::atomic<int> served{0};
    std::atomic<int> lost{0};
    std::vector<std::thread> clients;
    for (int each = 0; each < 3; ++each) {
        clients.emplace_back([&] {
            while (goes_on) {
                try {
                    static_cast<void>(ask_name(port));
                    ++served;
                } catch (const std::exception&) {
                    ++lost;
                }
            }
        });
    }
    for (int round = 1; round <= 20; ++round) {
        plug.reload("[process]\nthreads = 4\n" + text(round));
        const auto before = served.load();
        BOOST_TEST(eventually([&] { return served > before + 10; }));
    }
    goes_on = false;
    for (auto& each : clients) {
        each.join();
    }
    BOOST_TEST(lost == 0);
    BOOST_TEST(plug->stop() == 0);
}

BOOST_AUTO_TEST_CASE(the_command_waits_for_the_outcome_and_tells_it) {
    named_server a("a");
    named_server b("b");
    const auto port = reserve_port();
    const temporary_directory directory;
    const auto place = (directory / "control").string();
    changing_file file;
    file.write(plug_text("web", port, {a.address()}));
    running_plug plug(port, {"run", "--config", file.path(), "--control", place});
    file.write(plug_text("web", port, {b.address()}));
    program good({"reload", "--control", place});
    BOOST_TEST(good.exit_code() == 0);
    BOOST_TEST(ask_name(port) == "b");
    BOOST_TEST(count_matches(good.output(), "\\[plug\\.web\\] \\+ targets = ") == 1U);
    file.write(plug_text("web", port, {b.address()}, "polizy = 1\n"));
    program bad({"reload", "--control", place});
    BOOST_TEST(bad.exit_code() == 78);
    BOOST_TEST(count_matches(bad.errors(), "plug\\.toml:4:1: polizy: ") == 1U);
    BOOST_TEST(ask_name(port) == "b");
    BOOST_TEST(plug.stop() == 0);
    program nobody({"reload", "--control", place});
    BOOST_TEST(nobody.exit_code() == 69);
}

BOOST_AUTO_TEST_CASE(a_file_that_was_emptied_takes_no_plug_away_unless_that_is_asked_for) {
    named_server a("a");
    const auto port = reserve_port();
    const temporary_directory directory;
    const auto place = (directory / "control").string();
    reloading_plug plug(port, plug_text("web", port, {a.address()}), {"--control", place});
    for (const std::string empty : {"", "# nothing\n", "[process]\ndebug = 1\n"}) {
        plug.reload_in_vain(empty);
        program command({"reload", "--control", place});
        BOOST_TEST(command.exit_code() == 78);
        BOOST_TEST(count_matches(command.errors(),
                                 "plug\\.toml: the file holds no plug; 1 runs on \\(plug reload "
                                 "--empty takes all away\\)\n") == 1U,
                   command.errors());
        BOOST_TEST(ask_name(port) == "a");
        plug.reload_failed();
    }
    program wished({"reload", "--empty", "--control", place});
    BOOST_TEST(wished.exit_code() == 0, wished.errors());
    BOOST_TEST(count_matches(wished.output(), "\\[plug\\.web\\] - ") > 0U, wished.output());
    BOOST_CHECK_THROW(static_cast<void>(plug->connect()), std::exception);
    // Where none runs, none is taken away.
    program again({"reload", "--control", place});
    BOOST_TEST(again.exit_code() == 0, again.errors());
    BOOST_TEST(plug->stop() == 0);
}

BOOST_AUTO_TEST_CASE(a_control_channel_is_for_its_user_and_group_alone) {
    const temporary_directory directory;
    const auto place = directory / "control";
    named_server a("a");
    auto plug = start_plug({a.address()}, {"--control", place.string()});
    const auto rights = std::filesystem::status(place).permissions();
    using perms = std::filesystem::perms;
    BOOST_TEST((rights ==
                (perms::owner_read | perms::owner_write | perms::group_read | perms::group_write)));
    program refused({"reload", "--control", place.string()});
    BOOST_TEST(refused.exit_code() == 78);
    BOOST_TEST(count_matches(refused.errors(), "runs from no file") == 1U);
    BOOST_TEST(plug.stop() == 0);
    BOOST_TEST(!std::filesystem::exists(place));
}

BOOST_AUTO_TEST_CASE(a_command_line_without_a_file_only_reopens_its_logs) {
    named_server a("a");
    auto plug = start_plug({a.address()});
    plug.signal(SIGHUP);
    BOOST_TEST(ask_name(plug.port()) == "a");
    BOOST_TEST(plug.stop() == 0);
    BOOST_TEST(plug.errors().find("reload") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_the_log_says_changes_with_the_file) {
    named_server a("a");
    const auto port = reserve_port();
    reloading_plug plug(port, plug_text("web", port, {a.address()}));
    BOOST_TEST(ask_name(port) == "a");
    plug.reload("[process]\nlog_connections = true\n" + plug_text("web", port, {a.address()}));
    BOOST_TEST(ask_name(port) == "a");
    BOOST_TEST(plug->says("Complete\\."));
    BOOST_TEST(plug->stop() == 0);
    BOOST_TEST(count_matches(plug->errors(), "Connect from") == 1U);
}

BOOST_AUTO_TEST_CASE(memory_does_not_grow_with_the_reloads_that_a_session_outlives,
                     *boost::unit_test::precondition(is_not_sanitized)) {
    named_server a("a");
    std::string backups; // that hash, and so have a table of their own
    for (int each = 0; each < 500; ++each) {
        backups += "[[plug.web.target]]\naddress = \"10.255." + std::to_string(each / 250) + "." +
                   std::to_string(1 + each % 250) + ":1\"\nbackup = true\n";
    }
    const auto port = reserve_port();
    const auto text = [&](int reload) {
        return plug_text("web", port, {a.address()},
                         "policy = \"source-hash\"\nconnect_timeout = \"" +
                             std::to_string(5 + reload) + "s\"\n" + backups);
    };
    reloading_plug plug(port, text(0));
    auto old = plug->connect();
    BOOST_TEST(old.receive(2) == "a\n");
    std::uint64_t after_the_fifth = 0;
    for (int reload = 1; reload <= 40; ++reload) {
        plug.reload(text(reload));
        if (reload == 5) {
            after_the_fifth = resident_bytes(plug->process());
        }
    }
    const auto at_last = resident_bytes(plug->process());
    BOOST_TEST(at_last < after_the_fifth + after_the_fifth / 10 + 2U * 1024 * 1024,
               at_last << " bytes, " << after_the_fifth << " after the fifth reload");
    old.send("still here");
    BOOST_TEST(old.receive(10) == "still here");
    BOOST_TEST(plug->stop() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
