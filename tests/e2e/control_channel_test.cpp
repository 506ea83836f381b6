// Who has the control channel: a plug while it takes clients, and then the next one.
#include "tests/support/net/descriptor.hpp"
#include "tests/support/net/message_socket.hpp"
#include "tests/support/net/ports.hpp"
#include "tests/support/peers/peers.hpp"
#include "tests/support/process/namespaces.hpp"
#include "tests/support/process/plugs.hpp"
#include "tests/support/process/process.hpp"
#include "tests/support/process/skipping.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <list>
#include <thread>

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

sockaddr_un address_of(const fs::path& place) {
    sockaddr_un where{};
    where.sun_family = AF_UNIX;
    place.string().copy(where.sun_path, sizeof(where.sun_path) - 1);
    return where;
}

/// A client of the control channel that says nothing.
descriptor connect_to_path(const fs::path& place) {
    descriptor made(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const auto where = address_of(place);
    BOOST_REQUIRE(connect(made.number(), reinterpret_cast<const sockaddr*>(&where), sizeof where) ==
                  0);
    return made;
}

/// Somebody who listens at a place and says `reply` to the first client.
class impostor {
public:
    impostor(const fs::path& place, std::string reply)
        : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)), reply_(std::move(reply)) {
        const auto where = address_of(place);
        BOOST_REQUIRE(
            ::bind(socket_.number(), reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0);
        BOOST_REQUIRE(::listen(socket_.number(), 1) == 0);
        thread_ = std::thread([this] { serve(); });
    }
    ~impostor() {
        ::shutdown(socket_.number(), SHUT_RDWR); // where nobody came
        thread_.join();
    }
    impostor(const impostor&) = delete;
    impostor& operator=(const impostor&) = delete;

    [[nodiscard]] std::size_t sent() const { return sent_; }

private:
    void serve() {
        const descriptor client(::accept(socket_.number(), nullptr, nullptr));
        std::array<char, 4096> request{};
        static_cast<void>(::recv(client.number(), request.data(), request.size(), 0));
        ssize_t count = 1;
        while (sent_ < reply_.size() && count > 0) {
            count =
                ::send(client.number(), reply_.data() + sent_, reply_.size() - sent_, MSG_NOSIGNAL);
            sent_ += static_cast<std::size_t>(std::max<ssize_t>(count, 0));
        }
    }

    descriptor socket_;
    const std::string reply_;
    std::atomic<std::size_t> sent_{0};
    std::thread thread_;
};

std::string http(const std::string& body, const std::string& status = "200 OK") {
    return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

/// What a command shows when that is the reply to it, which must be nothing that moves a terminal.
std::string shows_harmless(const words& command, const std::string& reply, int exit_code) {
    const temporary_directory directory;
    const auto place = directory / "control";
    const impostor other(place, reply);
    program asking(together(command, {"--control", place.string()}));
    BOOST_TEST(asking.exit_code() == exit_code, asking.errors());
    const auto shown = asking.output() + asking.errors();
    BOOST_TEST(std::ranges::all_of(
                   shown, [](char each) { return each == '\n' || (each >= ' ' && each < 0x7f); }),
               shown);
    return shown;
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

BOOST_AUTO_TEST_CASE(silent_clients_hold_no_command_up) {
    listener front;
    const temporary_directory directory;
    const auto place = directory / "control";
    const plug_file file(front.address(), place.string());
    auto plug = file.start();
    std::list<descriptor> silent;
    const auto before = std::chrono::steady_clock::now();
    for (int each = 0; each < 256; ++each)
        silent.push_back(connect_to_path(place));
    BOOST_TEST(reload({"--control", place.string()}) == 0);
    // It was 10 s for every 16 of them.
    BOOST_TEST((std::chrono::steady_clock::now() - before < 50s));
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_CASE(whoever_answers_a_command_moves_no_terminal) {
    const std::string evil = "\\u001b]0;owned\\u0007\\u009b31m\\u007f\xc2\x9b"
                             "2J\xe2\x80\xae";
    const auto outcome = [&](const char* done, const std::string& key) {
        std::string body = std::string("{\"done\":") + done;
        for (const std::string each : {"changes", "waiting", "problems"})
            body += ",\"" + each + "\":[" + (each == key ? "\"" + evil + "\"" : "") + "]";
        return http(body + "}");
    };
    const auto error = "{\"error\":\"" + evil + "\"}";
    const words reload{"reload"};
    shows_harmless(reload, outcome("true", "changes"), 0);
    shows_harmless(reload, outcome("true", "waiting"), 0);
    shows_harmless(reload, outcome("false", "problems"), 78);
    shows_harmless(reload, http(error, "403 No"), 77);
    shows_harmless(reload, http("\x1b]0;x\x07\x9b", "500 No"), 78);
    const words explain{"explain", "web", "::1"};
    const auto as_json = together(explain, {"--json"});
    for (const auto& command : {explain, as_json}) {
        shows_harmless(command, http(error, "404 No"), 64);
        shows_harmless(command, http(error, "500 No"), 71);
    }
    shows_harmless(explain, http(error), 71);
    const auto json = shows_harmless(as_json, http(error), 0);
    BOOST_TEST(json.find("\\u009b2J\\u202e") != std::string::npos, json);
}

BOOST_AUTO_TEST_CASE(a_reply_without_end_is_not_believed) {
    const std::string endless =
        "HTTP/1.1 200 OK\r\n\r\n" + std::string(std::size_t{80} << 20U, ' ');
    const words explain{"explain", "web", "::1"};
    for (const auto& [command, most] : {std::pair(words{"reload"}, std::size_t{1} << 20U),
                                        std::pair(explain, std::size_t{64} << 20U)}) {
        const temporary_directory directory;
        const auto place = directory / "control";
        const impostor other(place, endless);
        program asking(together(command, {"--control", place.string()}));
        BOOST_TEST(asking.exit_code() == 69);
        BOOST_TEST(asking.errors().find("the reply is longer than " + std::to_string(most) +
                                        " bytes") != std::string::npos,
                   asking.errors());
        BOOST_TEST(other.sent() < most + (std::size_t{1} << 22U));
    }
}

BOOST_AUTO_TEST_SUITE_END()
