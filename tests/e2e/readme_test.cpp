// The examples of README.md run as they stand there. Which file that is, PLUG_README says.
#include "tests/support/net/ports.hpp"
#include "tests/support/process/namespaces.hpp"
#include "tests/support/process/plugs.hpp"
#include "tests/support/process/skipping.hpp"

#include <boost/regex.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <fstream>
#include <sstream>

using namespace plug::test;

namespace {

/// The lines of the first fenced block after that heading.
std::vector<std::string> block_below(const std::string& heading) {
    const char* path = std::getenv("PLUG_README");
    if (path == nullptr)
        throw std::runtime_error("PLUG_README does not say which file to read");
    std::ifstream file(path);
    std::vector<std::string> lines;
    bool has_heading = false;
    bool is_inside = false;
    for (std::string line; std::getline(file, line);) {
        if (line == heading)
            has_heading = true;
        else if (has_heading && line.starts_with("```") && is_inside)
            break;
        else if (has_heading && line.starts_with("```"))
            is_inside = true;
        else if (is_inside && !line.empty())
            lines.push_back(line);
    }
    return lines;
}

std::vector<std::string> examples() { return block_below("## Examples"); }

/// Puts the configuration file of README.md into `directory`.
void write_file_of_readme(const temporary_directory& directory) {
    std::ofstream file(directory / "plug.toml");
    for (const auto& line : block_below("## The configuration file"))
        file << line << '\n';
}

words split(const std::string& line) {
    std::istringstream text(line);
    words parts;
    for (std::string part; text >> part;)
        parts.push_back(part);
    return parts;
}

/// The addresses that an example expects this machine to have, beside that of the loopback: what
/// stands behind the slash of LISTEN.
words own_addresses(const words& parts) {
    static const boost::regex listen_with_outgoing(
        R"((?:.*:)?\d+/([0-9a-fA-F]*[.:][0-9a-fA-F.:]+))");
    words found;
    for (const auto& part : parts) {
        boost::smatch match;
        if (boost::regex_match(part, match, listen_with_outgoing))
            found.push_back(match[1]);
    }
    return found;
}

/// Starts the example in a network of its own, and with directories of its own.
void run_example(const std::string& line) {
    BOOST_TEST_CONTEXT(line) {
        in_own_network([&] {
            words parts = split(line);
            BOOST_TEST(parts.front() == "plug");
            parts.erase(parts.begin());
            for (const auto& address : own_addresses(parts))
                add_address(address);
            const temporary_directory directory;
            write_file_of_readme(directory);
            program plug(parts, {.directory = directory.path(), .emptied = {"/run", "/var/log"}});
            if (parts.front() != "run")
                BOOST_TEST(plug.exit_code() == 0, plug.errors());
            BOOST_TEST(eventually([&] {
                return listening_sockets() != 0 || plug.exit_code_within(0ms).value_or(0) != 0;
            }));
            BOOST_REQUIRE_MESSAGE(listening_sockets() != 0, plug.errors());
            BOOST_TEST(plug.stop() == 0);
            BOOST_TEST(listening_sockets() == 0U);
        });
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(readme)

BOOST_AUTO_TEST_CASE(there_are_eleven_examples) { BOOST_TEST(examples().size() == 11U); }

BOOST_AUTO_TEST_CASE(the_configuration_file_is_all_right) {
    const temporary_directory directory;
    write_file_of_readme(directory);
    program plug({"check", "plug.toml"}, {.directory = directory.path()});
    BOOST_TEST(plug.exit_code() == 0, plug.errors());
    BOOST_TEST(plug.output() == "plug.toml: 4 plugs, all right\n");
}

BOOST_AUTO_TEST_CASE(every_example_starts_listens_and_can_be_stopped,
                     *boost::unit_test::precondition(is_root) *
                         posix_only("the examples detach, in networks of their own")) {
    for (const auto& line : examples())
        run_example(line);
}

BOOST_AUTO_TEST_SUITE_END()
