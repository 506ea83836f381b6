// The configuration files of installer/examples are right, and run: with free ports of this machine
// in the place of theirs, and servers of the test in the place of the targets.
#include "tests/support/net/ports.hpp"
#include "tests/support/peers/https_proxy.hpp"
#include "tests/support/peers/peers.hpp"
#include "tests/support/process/plugs.hpp"

#include <boost/regex.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <set>

using namespace plug::test;

namespace {

/// Beside the README, whose path PLUG_README says.
std::filesystem::path examples_folder() {
    const char* readme = std::getenv("PLUG_README");
    if (readme == nullptr)
        throw std::runtime_error("PLUG_README does not say where the examples are");
    return std::filesystem::path(readme).parent_path() / "installer" / "examples";
}

const std::vector<std::string> names{"web.toml",        "ssh.toml",   "rdp.toml",  "smtp.toml",
                                     "postgresql.toml", "redis.toml", "nntp.toml", "many.toml"};

/// An example that runs on this machine alone.
class staged_example {
public:
    explicit staged_example(const std::string& name) {
        std::ifstream original(examples_folder() / name);
        std::ofstream staged(path());
        for (std::string line; std::getline(original, line);)
            staged << on_this_machine(line) << '\n';
    }

    [[nodiscard]] std::string path() const { return (directory_ / "plug.toml").string(); }
    /// Where each plug listens, and what its targets are called.
    struct plug {
        std::vector<std::uint16_t> ports;
        std::set<std::string> targets;
    };
    [[nodiscard]] const std::map<std::string, plug>& plugs() const { return plugs_; }

private:
    std::string on_this_machine(const std::string& line) {
        static const boost::regex head(R"(\[+plug\.([^.\]]+).*)");
        boost::smatch match;
        if (boost::regex_match(line, match, head))
            current_ = match[1];
        const auto begins = [&](const char* key) {
            return line.starts_with(std::string(key) + " =");
        };
        if (begins("listen"))
            return replaced(line, [&](const std::string&) { return listener_address(); });
        if (begins("targets") || begins("address"))
            return replaced(line, [&](const std::string& target) { return server_for(target); });
        if (begins("via"))
            return replaced(line, [&](const std::string&) { return proxy_address(); });
        if (begins("allow"))
            return replaced(line, [&](const std::string&) { return "127.0.0.0/8"; });
        // The stand-ins speak no protocol, and on_down would end their sessions.
        if (begins("check"))
            return "check = \"tcp\"";
        if (begins("session_log") || begins("pid_file"))
            return replaced(line, [](const std::string& path) {
                return std::filesystem::path(path).filename().string();
            });
        return line;
    }

    /// `line` with what `made` makes of each text in quotation marks, up to a comment.
    template <typename Make> std::string replaced(const std::string& line, Make made) {
        static const boost::regex quoted("\"([^\"]*)\"");
        return boost::regex_replace(
            line.substr(0, line.find('#')), quoted,
            [&](const boost::smatch& text) { return "\"" + std::string(made(text[1])) + "\""; });
    }

    std::string listener_address() {
        plugs_[current_].ports.push_back(reserve_port());
        return join("127.0.0.1", plugs_[current_].ports.back());
    }

    std::string server_for(const std::string& target) {
        auto& server = servers_[target];
        if (!server)
            server = std::make_unique<named_server>(target);
        plugs_[current_].targets.insert(target);
        return server->address();
    }

    std::string proxy_address() {
        for (const auto& [name, server] : servers_)
            proxy_.send_to(server->address(), server->address());
        return proxy_.address();
    }

    temporary_directory directory_;
    tunnel_proxy proxy_;
    std::string current_;
    std::map<std::string, plug> plugs_;
    std::map<std::string, std::unique_ptr<named_server>> servers_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(examples)

BOOST_AUTO_TEST_CASE(every_file_there_is_one_of_the_eight) {
    std::set<std::string> found;
    for (const auto& each : std::filesystem::directory_iterator(examples_folder()))
        found.insert(each.path().filename().string());
    BOOST_TEST((found == std::set<std::string>(names.begin(), names.end())));
}

BOOST_DATA_TEST_CASE(each_is_right_as_it_stands, boost::unit_test::data::make(names), name) {
    program check({"check", (examples_folder() / name).string()});
    BOOST_TEST(check.exit_code() == 0, check.errors());
}

BOOST_DATA_TEST_CASE(each_runs_and_every_plug_reaches_its_targets,
                     boost::unit_test::data::make(names), name) {
    const staged_example staged(name);
    BOOST_REQUIRE(!staged.plugs().empty());
    program check({"check", "--live", staged.path()});
    BOOST_TEST(check.exit_code() == 0, check.output() + check.errors());
    running_plug plug(staged.plugs().begin()->second.ports.at(0),
                      {"run", "--config", staged.path()});
    for (const auto& [plug_name, expected] : staged.plugs()) {
        BOOST_TEST(!expected.ports.empty(), plug_name);
        for (const auto port : expected.ports) {
            plug.wait_until_listening(port);
            const auto reached = ask_name(port);
            BOOST_TEST(expected.targets.contains(reached), plug_name << " reached " << reached);
        }
    }
    BOOST_TEST(plug.stop() == 0);
}

BOOST_AUTO_TEST_SUITE_END()
