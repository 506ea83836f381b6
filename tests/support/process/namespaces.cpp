#include "tests/support/process/namespaces.hpp"

#include "tests/support/net/socket_address.hpp"
#include "tests/support/process/program.hpp"
#include "tests/support/process/waiting.hpp"

#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <thread>

namespace plug::test {

namespace {

void raise_loopback() {
    const descriptor control = tcp_socket(AF_INET);
    ifreq request{};
    std::strncpy(request.ifr_name, "lo", IFNAMSIZ - 1);
    request.ifr_flags = IFF_UP | IFF_RUNNING | IFF_LOOPBACK;
    if (ioctl(control.number(), SIOCSIFFLAGS, &request) != 0)
        fail("raise lo");
}

/// Whether the routing table leads from that address to itself.
bool is_reached_from_itself(const std::string& address) {
    constexpr std::uint16_t discard = 9;
    auto wanted = address_of(address, discard);
    const descriptor asking(socket(wanted.family(), SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (connect(asking.number(), wanted.data(), wanted.length) != 0)
        return false;
    sockaddr_in6 local{};
    socklen_t size = sizeof local;
    return getsockname(asking.number(), reinterpret_cast<sockaddr*>(&local), &size) == 0 &&
           std::memcmp(&local.sin6_addr, &reinterpret_cast<sockaddr_in6*>(wanted.data())->sin6_addr,
                       sizeof local.sin6_addr) == 0;
}

void make_device(const std::filesystem::path& path, unsigned minor_number) {
    constexpr unsigned memory_devices = 1;
    constexpr mode_t mode = 0666;
    if (mknod(path.c_str(), S_IFCHR | mode, makedev(memory_devices, minor_number)) != 0)
        fail("mknod " + path.string());
}

/// What escapes from `body` comes out here.
void in_own_thread(const std::function<void()>& body) {
    std::exception_ptr failure;
    std::thread([&] {
        try {
            body();
        } catch (...) {
            failure = std::current_exception();
        }
    }).join();
    if (failure)
        std::rethrow_exception(failure);
}

void set_interface_address(const char* interface, const std::string& address) {
    auto wanted = address_of(address, 0);
    const descriptor control = tcp_socket(AF_INET);
    ifreq request{};
    std::strncpy(request.ifr_name, interface, IFNAMSIZ - 1);
    std::memcpy(&request.ifr_addr, wanted.data(), sizeof request.ifr_addr);
    if (ioctl(control.number(), SIOCSIFADDR, &request) != 0)
        fail("give " + std::string(interface) + " the address " + address);
}

} // namespace

boost::test_tools::assertion_result is_root(boost::unit_test::test_unit_id) {
    boost::test_tools::assertion_result result(geteuid() == 0);
    result.message() << "needs root for a namespace of its own";
    return result;
}

void in_own_network(const std::function<void()>& body) {
    in_own_thread([&] {
        if (unshare(CLONE_NEWNET) != 0)
            fail("unshare(CLONE_NEWNET)");
        raise_loopback();
        body();
    });
}

void in_own_mounts(const std::function<void()>& body) {
    in_own_thread([&] {
        if (unshare(CLONE_NEWNS) != 0 ||
            mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0)
            fail("unshare(CLONE_NEWNS)");
        body();
    });
}

void mount_small_disk(const std::filesystem::path& directory, std::size_t bytes) {
    const auto size = "size=" + std::to_string(bytes);
    if (mount("none", directory.c_str(), "tmpfs", 0, size.c_str()) != 0)
        fail("mount a tmpfs on " + directory.string());
}

void make_read_only(const std::filesystem::path& directory) {
    const auto* const path = directory.c_str();
    if (mount(path, path, nullptr, MS_BIND | MS_REC, nullptr) != 0 ||
        mount(nullptr, path, nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr) != 0)
        fail("make " + directory.string() + " read-only");
}

void replace_file(const std::filesystem::path& path, const std::string& text) {
    const temporary_directory directory; // the mount keeps the file when its name is gone
    const auto file = directory / "file";
    std::ofstream(file) << text;
    std::filesystem::permissions(file, std::filesystem::perms::owner_read |
                                           std::filesystem::perms::group_read |
                                           std::filesystem::perms::others_read);
    if (mount(file.c_str(), path.c_str(), nullptr, MS_BIND, nullptr) != 0)
        fail("put a file in the place of " + path.string());
}

void set_loopback_address(const std::string& address) { set_interface_address("lo", address); }

void add_address(const std::string& address) {
    auto added = address_of(address, 0);
    const descriptor control = tcp_socket(added.family());
    if (added.family() == AF_INET6) {
        // As the kernel has it in linux/ipv6.h, which does not go together with netinet/in.h.
        struct {
            in6_addr address;
            std::uint32_t prefix_length;
            int interface_index;
        } request{reinterpret_cast<sockaddr_in6*>(added.data())->sin6_addr, 128,
                  static_cast<int>(if_nametoindex("lo"))};
        if (ioctl(control.number(), SIOCSIFADDR, &request) != 0)
            fail("add " + address);
        // The system makes the route to it later, in a thread of its own.
        if (!eventually([&] { return is_reached_from_itself(address); }))
            throw std::runtime_error(address + " does not become an address of this machine");
        return;
    }
    set_interface_address("lo:1", address);
}

system_log::system_log() {
    std::filesystem::create_directory(devices());
    constexpr unsigned null = 3;
    constexpr unsigned zero = 5;
    constexpr unsigned random = 8;
    constexpr unsigned urandom = 9;
    make_device(devices() / "null", null);
    make_device(devices() / "zero", zero);
    make_device(devices() / "random", random);
    make_device(devices() / "urandom", urandom);
    socket_ = descriptor(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    const std::string path = (devices() / "log").string();
    std::strncpy(name.sun_path, path.c_str(), sizeof name.sun_path - 1);
    if (bind(socket_.number(), reinterpret_cast<sockaddr*>(&name), sizeof name) != 0)
        fail("bind " + path);
    std::filesystem::permissions(path, std::filesystem::perms::all);
}

system_log::~system_log() = default;

const std::vector<std::string>& system_log::messages() {
    std::array<char, 8192> buffer{};
    for (;;) {
        const auto got = recv(socket_.number(), buffer.data(), buffer.size(), 0);
        if (got < 0)
            return messages_;
        messages_.emplace_back(buffer.data(), static_cast<std::size_t>(got));
    }
}

std::size_t system_log::count(const std::string& expression) {
    std::size_t matches = 0;
    for (const auto& message : messages())
        matches += count_matches(message, expression) != 0 ? 1 : 0;
    return matches;
}

bool system_log::has(const std::string& expression) {
    return eventually([&] { return count(expression) != 0; });
}

} // namespace plug::test
