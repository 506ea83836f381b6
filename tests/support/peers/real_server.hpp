// A server that real people run, with a configuration and files of its own in a temporary
// directory: started on a port of the test's choice by a user without rights, and stopped by its
// process id.
#pragma once

#include "tests/support/process/plugs.hpp"

#include <boost/test/tree/test_unit.hpp>

#include <csignal>
#include <set>

namespace plug::test {

/// Where a program of a server's package is: of this system ("/usr/sbin/nginx" for
/// "usr/sbin/nginx"), or below the folder that PLUG_SERVERS names, where installer/build-deps
/// unpacks it; empty = nowhere.
[[nodiscard]] std::filesystem::path server_file(const std::string& path);

/// A precondition of test cases that need a program of a package. Says which one is missing.
class needs_server {
public:
    needs_server(std::string path, std::string package)
        : path_(std::move(path)), package_(std::move(package)) {}

    boost::test_tools::assertion_result operator()(boost::unit_test::test_unit_id) const;

private:
    std::string path_;
    std::string package_;
};

/// How a server is started and stopped, and where it writes about it. Names of files are within its
/// directory.
struct server_plan {
    words command;
    words environment;
    int stop_signal = SIGTERM;
    words logs{"errors"};
};

class real_server {
public:
    real_server();
    ~real_server();
    real_server(const real_server&) = delete;
    real_server& operator=(const real_server&) = delete;

    /// Belongs to the user that the server runs as.
    [[nodiscard]] const std::filesystem::path& directory() const { return directory_.path(); }
    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    [[nodiscard]] std::string address() const;
    /// The number of the user that it runs as.
    [[nodiscard]] static unsigned user();

    /// Makes a folder in the directory, and gives its path.
    std::string make_folder(const std::string& name);
    /// Makes a file in the directory, and gives its path.
    std::string write(const std::string& name, const std::string& text);
    /// Runs a command of the package to its end, in the directory; throws with what it said unless
    /// it ends well.
    void prepare(const words& command);
    void will_be(server_plan plan) { plan_ = std::move(plan); }

    /// Until it listens.
    void start();
    /// Until it has ended.
    void stop();

    /// The kinds of lines that it has written, with # for each number, so that those of two runs
    /// can be compared.
    [[nodiscard]] std::set<std::string> lines() const;

private:
    int run(const words& command, const words& environment);
    [[nodiscard]] std::string written() const;

    temporary_directory directory_;
    std::uint16_t port_;
    server_plan plan_;
    int process_ = -1;
};

} // namespace plug::test
