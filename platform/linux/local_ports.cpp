// From /proc: net/tcp and net/tcp6 tell the sockets, and PID/fd who holds which.
#include "platform/local_ports.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace plug::platform {

namespace {

namespace fs = std::filesystem;
namespace ip = boost::asio::ip;

constexpr const char* state_listening = "0A";

/// `digits` as /proc/net/tcp writes an address: words of 32 bits as the processor has them.
template <typename Bytes> Bytes bytes_of(std::string_view digits) {
    constexpr std::size_t digits_of_word = 8;
    Bytes bytes{};
    for (std::size_t at = 0; at + digits_of_word <= digits.size() && at / 2 < bytes.size();
         at += digits_of_word) {
        std::uint32_t word = 0;
        std::from_chars(digits.data() + at, digits.data() + at + digits_of_word, word, 16);
        std::memcpy(bytes.data() + at / 2, &word, sizeof word);
    }
    return bytes;
}

/// `ADDRESS:PORT` in hexadecimal digits.
ip::tcp::endpoint endpoint_of(std::string_view text) {
    const auto colon = text.find(':');
    const auto digits = text.substr(0, colon);
    std::uint16_t port = 0;
    if (colon != std::string_view::npos) {
        std::from_chars(text.data() + colon + 1, text.data() + text.size(), port, 16);
    }
    if (digits.size() > 8) {
        return {ip::address_v6(bytes_of<ip::address_v6::bytes_type>(digits)), port};
    }
    return {ip::address_v4(bytes_of<ip::address_v4::bytes_type>(digits)), port};
}

/// Whether a socket that listens on `taken` is in the way of one on `wanted`.
bool is_in_the_way(const ip::tcp::endpoint& taken, const ip::tcp::endpoint& wanted) {
    const auto left = taken.address();
    const auto right = wanted.address();
    const bool same_family = left.is_v4() == right.is_v4();
    const auto covers = [&](const ip::address& one) {
        return one.is_unspecified() && (one.is_v6() || same_family);
    };
    return taken.port() == wanted.port() && (left == right || covers(left) || covers(right));
}

struct listening_socket {
    ip::tcp::endpoint where;
    std::string inode;
};

std::vector<listening_socket> all_listening() {
    std::vector<listening_socket> found;
    for (const char* table : {"/proc/self/net/tcp", "/proc/self/net/tcp6"}) {
        std::ifstream lines(table);
        std::string line;
        std::getline(lines, line); // the heading
        while (std::getline(lines, line)) {
            std::istringstream words(line);
            std::string slot, local, peer, state, queues, timer, retransmits, user, timeout, inode;
            words >> slot >> local >> peer >> state >> queues >> timer >> retransmits >> user >>
                timeout >> inode;
            if (state == state_listening) {
                found.push_back({endpoint_of(local), inode});
            }
        }
    }
    return found;
}

/// Whether the process whose folder this is holds `socket`, as links in PID/fd name it.
bool holds(const fs::path& process, const std::string& socket) {
    std::error_code error;
    for (fs::directory_iterator each(process / "fd", error), end; !error && each != end;
         each.increment(error)) {
        std::error_code unreadable; // it may have been closed meanwhile
        if (fs::read_symlink(each->path(), unreadable) == socket) {
            return true;
        }
    }
    return false;
}

/// Ranges as `20000-21999,30000`.
std::vector<port_range> read_ranges(const char* path) {
    std::vector<port_range> ranges;
    std::ifstream file(path);
    for (std::string text; std::getline(file, text, ',');) {
        std::istringstream words(text);
        port_range range;
        char dash = 0;
        if (words >> range.first) {
            range.last = range.first;
            if (words >> dash) {
                words >> range.last;
            }
            ranges.push_back(range);
        }
    }
    return ranges;
}

} // namespace

std::optional<process_name> listening_process(const ip::tcp::endpoint& wanted) {
    const auto sockets = all_listening();
    const auto first = std::ranges::find_if(
        sockets, [&](const auto& each) { return is_in_the_way(each.where, wanted); });
    if (first == sockets.end()) {
        return std::nullopt;
    }
    const auto socket = "socket:[" + first->inode + "]";
    std::error_code error;
    for (fs::directory_iterator each("/proc", error), end; !error && each != end;
         each.increment(error)) {
        const auto name = each->path().filename().string();
        process_name found;
        const auto read = std::from_chars(name.data(), name.data() + name.size(), found.id);
        if (read.ptr == name.data() + name.size() && holds(each->path(), socket)) {
            std::ifstream command(each->path() / "comm");
            std::getline(command, found.name);
            return found;
        }
    }
    return std::nullopt;
}

std::size_t listening_sockets(const ip::tcp::endpoint& wanted) {
    return static_cast<std::size_t>(std::ranges::count_if(all_listening(), [&](const auto& each) {
        const bool for_ipv6_perhaps = each.where.address().is_v6() && wanted.address().is_v4();
        return !for_ipv6_perhaps && is_in_the_way(each.where, wanted);
    }));
}

ephemeral_ports read_ephemeral_ports() {
    constexpr std::chrono::seconds rest_with_reuse{1};
    ephemeral_ports ports;
    std::ifstream range("/proc/sys/net/ipv4/ip_local_port_range");
    port_range read;
    range >> read.first >> read.last;
    if (range && read.first <= read.last) {
        ports.range = read;
    }
    ports.reserved = read_ranges("/proc/sys/net/ipv4/ip_local_reserved_ports");
    std::ifstream reuse("/proc/sys/net/ipv4/tcp_tw_reuse");
    int setting = 0;
    reuse >> setting;
    if (setting == 1) { // 2 = towards loopback addresses alone
        ports.rest = rest_with_reuse;
    }
    return ports;
}

} // namespace plug::platform
