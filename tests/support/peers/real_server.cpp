#include "tests/support/peers/real_server.hpp"

#include "tests/support/net/ports.hpp"
#include "tests/support/process/spawn.hpp"

#include <boost/regex.hpp>

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace plug::test {

namespace fs = std::filesystem;

namespace {

/// "nobody" on every Unix.
constexpr unsigned unprivileged_user = 65534;

bool is_root() { return geteuid() == 0; }

fs::path unpacked() {
    const char* folder = std::getenv("PLUG_SERVERS");
    return folder == nullptr ? fs::path() : fs::path(folder);
}

/// What is unpacked finds its libraries beside it.
std::string library_path() {
    std::string path;
    for (const auto* where : {"usr/lib", "lib"})
        for (const auto* machine : {"x86_64-linux-gnu", "aarch64-linux-gnu"})
            path += (path.empty() ? "" : ":") + (unpacked() / where / machine).string();
    return path;
}

/// Whether a user without rights may go there.
bool is_open_to_all(const fs::path& file) {
    for (auto folder = file.parent_path(); folder != folder.root_path();
         folder = folder.parent_path())
        if ((fs::status(folder).permissions() & fs::perms::others_exec) == fs::perms::none)
            return false;
    return true;
}

void give_away(const fs::path& file) {
    const auto user = real_server::user();
    if (is_root() && lchown(file.c_str(), user, user) != 0)
        throw std::runtime_error("cannot give away " + file.string());
}

} // namespace

fs::path server_file(const std::string& path) {
    for (const auto& root : {fs::path("/"), unpacked()})
        if (!root.empty() && fs::exists(root / path))
            return root / path;
    return {};
}

boost::test_tools::assertion_result needs_server::operator()(boost::unit_test::test_unit_id) const {
    const auto file = server_file(path_);
    boost::test_tools::assertion_result result(!file.empty() && is_open_to_all(file));
    if (file.empty())
        result.message() << "there is no " << path_ << "; installer/build-deps servers brings "
                         << package_;
    else
        result.message() << file << " is closed to a user without rights";
    return result;
}

real_server::real_server() : port_(reserve_port()) { give_away(directory_.path()); }

real_server::~real_server() {
    if (process_ > 0)
        kill(process_, SIGKILL);
    stop();
}

std::string real_server::address() const { return join("127.0.0.1", port_); }

unsigned real_server::user() { return is_root() ? unprivileged_user : geteuid(); }

std::string real_server::make_folder(const std::string& name) {
    const auto path = directory_ / name;
    fs::create_directory(path);
    give_away(path);
    return path.string();
}

std::string real_server::write(const std::string& name, const std::string& text) {
    const auto path = directory_ / name;
    std::ofstream(path) << text;
    fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
    give_away(path);
    return path.string();
}

int real_server::run(const words& command, const words& environment) {
    start_options options;
    options.directory = directory_.path();
    options.environment = together({"LD_LIBRARY_PATH=" + library_path()}, environment);
    options.without_privileges = is_root();
    return spawn(command, options, directory_ / "output", directory_ / "errors");
}

void real_server::prepare(const words& command) {
    const int process = run(command, {});
    int status = 0;
    if (waitpid(process, &status, 0) != process || status != 0)
        throw std::runtime_error(command.front() + ": " + read_file(directory_ / "output") +
                                 read_file(directory_ / "errors"));
    fs::remove(directory_ / "output");
    fs::remove(directory_ / "errors");
}

void real_server::start() {
    process_ = run(plan_.command, plan_.environment);
    const bool listens = eventually([&] {
        return listening_sockets(port_) > 0 || waitpid(process_, nullptr, WNOHANG) == process_;
    });
    if (!listens || listening_sockets(port_) == 0)
        throw std::runtime_error(plan_.command.front() + " does not listen: " + written() +
                                 read_file(directory_ / "errors"));
}

void real_server::stop() {
    if (process_ <= 0)
        return;
    kill(process_, plan_.stop_signal);
    waitpid(std::exchange(process_, -1), nullptr, 0);
}

std::string real_server::written() const {
    std::string text;
    for (const auto& log : plan_.logs)
        text += read_file(directory_ / log);
    return text;
}

std::set<std::string> real_server::lines() const {
    static const boost::regex number("([0-9]+)|\r$");
    std::set<std::string> found;
    std::istringstream text(written());
    for (std::string line; std::getline(text, line);)
        found.insert(boost::regex_replace(line, number, "(?1#)", boost::format_all));
    return found;
}

} // namespace plug::test
