#include "tests/support/net/message_socket.hpp"

#include "tests/support/net/socket_address.hpp"
#include "tests/support/process/program.hpp"
#include "tests/support/process/temporary_directory.hpp"

#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstring>
#include <exception>
#include <optional>
#include <thread>

namespace plug::test {

namespace {

std::filesystem::path place_of_journal(const std::filesystem::path& run) {
    std::filesystem::create_directories(run / "systemd" / "journal");
    return run / "systemd" / "journal" / "socket";
}

} // namespace

message_socket::message_socket(const std::filesystem::path& path)
    : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    std::strncpy(name.sun_path, path.c_str(), sizeof name.sun_path - 1);
    if (bind(socket_.number(), reinterpret_cast<sockaddr*>(&name), sizeof name) != 0)
        fail("bind " + path.string());
    std::filesystem::permissions(path, std::filesystem::perms::all);
}

const std::vector<std::string>& message_socket::messages() {
    std::array<char, 65'536> buffer{};
    for (;;) {
        const auto got = recv(socket_.number(), buffer.data(), buffer.size(), 0);
        if (got < 0)
            return messages_;
        messages_.emplace_back(buffer.data(), static_cast<std::size_t>(got));
    }
}

std::size_t message_socket::count(const std::string& expression) {
    std::size_t matches = 0;
    for (const auto& message : messages())
        matches += count_matches(message, expression) != 0 ? 1 : 0;
    return matches;
}

bool message_socket::has(const std::string& expression) {
    return eventually([&] { return count(expression) != 0; });
}

void in_own_runtime_files(bool has_journal,
                          const std::function<void(message_socket* journal)>& body) {
    const temporary_directory run;
    std::optional<message_socket> journal;
    if (has_journal)
        journal.emplace(place_of_journal(run.path()));
    std::exception_ptr failure;
    std::thread([&] {
        try {
            if (unshare(CLONE_NEWNS) != 0 ||
                mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
                mount(run.path().c_str(), "/run", nullptr, MS_BIND, nullptr) != 0)
                fail("a /run of its own");
            body(journal ? &*journal : nullptr);
        } catch (...) {
            failure = std::current_exception();
        }
    }).join();
    if (failure)
        std::rethrow_exception(failure);
}

} // namespace plug::test
