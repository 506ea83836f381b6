// Who has the control channel: a plug while it takes clients, and then the next one.
#include "tests/support/descriptor.hpp"
#include "tests/support/message_socket.hpp"
#include "tests/support/namespaces.hpp"
#include "tests/support/peers.hpp"
#include "tests/support/plugs.hpp"
#include "tests/support/ports.hpp"
#include "tests/support/process.hpp"
#include "tests/support/skipping.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/socket.h>
#include <sys/un.h>

#include <filesystem>
#include <fstream>
#include <list>

using namespace plug::test;
namespace fs = std::filesystem;

namespace {

/// A file for one plug, which is started from it again and again.
class plug_file {
public:
    plug_file(const std::string& target, const std::string& control = {}) {
        std::ofstream file(path());
        file << "[process]\ngrace = \"1h\"\n";
        if (!control.empty())
            file << "control = \"" << control << "\"\n";
        file << "[plug.web]\nlisten = \"" << join("127.0.0.1", port) << "\"\ntargets = [\""
             << target << "\"]\n";
    }

    [[nodiscard]] fs::path path() const { return directory_ / "plug.toml"; }
    [[nodiscard]] running_plug start() const {
        return {port, {"run", "--config", path().string()}};
    }

    const std::uint16_t port = reserve_port();

private:
    temporary_directory directory_;
};

int reload(const words& options = {}) {
    program command(together({"reload"}, options));
    return command.exit_code();
}

/// A client of the control channel that says nothing.
descriptor connect_to_path(const fs::path& place) {
    descriptor made(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    place.string().copy(where.sun_path, sizeof(where.sun_path) - 1);
    BOOST_REQUIRE(connect(made.number(), reinterpret_cast<const sockaddr*>(&where), sizeof where) ==
                  0);
    return made;
}

/// Asks a plug that has a session to stop, and waits until it takes no more clients.
void begin_to_drain(running_plug& plug) {
    plug.request_stop();
    BOOST_TEST(eventually([&] { return listening_sockets(plug.port()) == 0; }));
}

} // namespace

BOOST_AUTO_TEST_SUITE(control_channel, *posix_only("its place is a path"))

BOOST_AUTO_TEST_CASE(a_plug_starts_again_from_its_file_while_the_old_one_drains) {
    listener front;
    const temporary_directory directory;
    const auto place = directory / "control";
    const plug_file file(front.address(), place.string());
    auto old_plug = file.start();
    stream client = old_plug.connect();
    stream target = front.accept();
    begin_to_drain(old_plug);
    BOOST_TEST(eventually([&] { return !fs::exists(place); }));

    auto new_plug = file.start();
    BOOST_TEST(reload({"--control", place.string()}) == 0);
    BOOST_TEST(new_plug.says("reloaded "));

    client.send("old");
    BOOST_TEST(target.receive(3) == "old");
    client.close();
    target.close();
    BOOST_TEST(old_plug.finish() == 0);
    // The end of the old one takes nothing away from the new one.
    BOOST_TEST(reload({"--control", place.string()}) == 0);
    BOOST_TEST(new_plug.stop() == 0);
    BOOST_TEST(!fs::exists(place));
}

BOOST_AUTO_TEST_CASE(the_usual_place_goes_to_the_new_plug_too_while_the_old_one_drains,
                     *boost::unit_test::precondition(is_root)) {
    in_own_runtime_files(false, [](message_socket*) {
        fs::create_directory("/run/plugdaemon");
        listener front;
        const plug_file file(front.address());
        auto old_plug = file.start();
        stream client = old_plug.connect();
        stream target = front.accept();
        begin_to_drain(old_plug);
        BOOST_TEST(eventually([] { return !fs::exists("/run/plugdaemon/control.sock"); }));
        auto new_plug = file.start();
        BOOST_TEST(reload() == 0);
        BOOST_TEST(new_plug.says("reloaded "));
        BOOST_TEST(new_plug.stop() == 0);
    });
}

BOOST_AUTO_TEST_CASE(a_plug_that_finds_the_usual_place_taken_says_what_that_means,
                     *boost::unit_test::precondition(is_root)) {
    in_own_runtime_files(false, [](message_socket*) {
        const named_server target("target");
        const plug_file without(target.address());
        auto lonely = without.start();
        BOOST_TEST(lonely.stop() == 0);
        // Where the folder is not there, nobody expects a channel.
        BOOST_TEST(lonely.errors() == "");

        fs::create_directory("/run/plugdaemon");
        const plug_file one(target.address());
        const plug_file other(target.address());
        auto first = one.start();
        auto second = other.start();
        BOOST_TEST(second.says("control channel /run/plugdaemon/control\\.sock: another plug "
                               "serves it; plug reload reaches that one and not this plug: name a "
                               "place of its own with control = \"PATH\""));
        BOOST_TEST(ask_name(other.port) == "target");
        BOOST_TEST(reload() == 0);
        BOOST_TEST(first.says("reloaded "));
        BOOST_TEST(second.stop() == 0);
        BOOST_TEST(reload() == 0);
        BOOST_TEST(first.stop() == 0);
    });
}

BOOST_AUTO_TEST_CASE(many_clients_that_say_nothing_take_no_descriptors_from_sessions) {
    const named_server target("target");
    const temporary_directory directory;
    const auto place = directory / "control";
    auto plug = start_plug({target.address()}, {"--control", place.string()},
                           {.descriptor_limits = {{64, 64}}});
    std::list<descriptor> silent;
    for (int each = 0; each < 100; ++each)
        silent.push_back(connect_to_path(place));
    const double before = processor_seconds(plug.process());
    std::this_thread::sleep_for(1s);
    BOOST_TEST(processor_seconds(plug.process()) - before < 0.5);
    BOOST_TEST(ask_name(plug.port()) == "target");
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
