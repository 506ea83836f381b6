#include "tests/support/peers/name_server.hpp"

#include "tests/support/net/socket_address.hpp"
#include "tests/support/process/namespaces.hpp"
#include "tests/support/process/waiting.hpp"

#include <netinet/in.h>
#include <poll.h>

#include <array>
#include <string_view>

namespace plug::test {

namespace {

// RFC 1035, 4.1.1: the header of a message, and where the counts of its sections end.
constexpr std::size_t header_size = 12;
constexpr std::size_t flags_at = 2;
constexpr std::size_t answers_at = 7;
constexpr char response = '\x81';
constexpr char recursive = '\x80';
constexpr char address_type = 1; // A

/// The name that is asked for, and where its question ends (4.1.2).
std::string name_in(std::string_view message, std::size_t& at) {
    std::string name;
    for (at = header_size; at < message.size() && message[at] != 0;) {
        const auto length = static_cast<std::size_t>(message[at]);
        name += (name.empty() ? "" : ".") + std::string(message.substr(at + 1, length));
        at += length + 1;
    }
    ++at;
    return name;
}

/// What is answered to `question`, whose name stands for `address`: nothing to a question for
/// anything but IPv4 addresses.
std::string answer_to(std::string_view question, std::size_t type_at, const std::string& address) {
    std::string answer(question.substr(0, type_at + 4));
    answer[flags_at] = response;
    answer[flags_at + 1] = recursive;
    answer.replace(answers_at - 1, header_size - answers_at + 1, header_size - answers_at + 1,
                   '\0');
    if (question[type_at + 1] == address_type) {
        answer[answers_at] = 1;
        // The name of the question, type A, class IN, for no time at all, four bytes.
        answer += std::string_view("\xc0\x0c\0\x01\0\x01\0\0\0\0\0\x04", 12);
        auto wanted = address_of(address, 0);
        answer.append(reinterpret_cast<const char*>(
                          &reinterpret_cast<const sockaddr_in*>(wanted.data())->sin_addr),
                      4);
    }
    return answer;
}

} // namespace

void with_names(const std::string& hosts, const std::function<void()>& body) {
    in_own_network([&] {
        in_own_mounts([&] {
            replace_file("/etc/hosts", "127.0.0.1 localhost\n" + hosts);
            replace_file("/etc/resolv.conf",
                         "nameserver 127.0.0.1\noptions timeout:30 attempts:1\n");
            replace_file("/etc/nsswitch.conf", "hosts: files dns\n");
            body();
        });
    });
}

name_server::name_server(std::map<std::string, std::string> known)
    : known_(std::move(known)), socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    auto place = address_of("127.0.0.1", 53);
    if (::bind(socket_.number(), place.data(), place.length) != 0)
        fail("bind the name server");
    thread_ = std::thread([this] { run(); });
}

name_server::~name_server() {
    stopping_ = true;
    thread_.join();
}

void name_server::run() {
    std::array<char, 512> buffer{};
    while (!stopping_) {
        if (!ready(socket_.number(), POLLIN, std::chrono::steady_clock::now() + 50ms))
            continue;
        socket_address client;
        const auto size = ::recvfrom(socket_.number(), buffer.data(), buffer.size(), 0,
                                     client.data(), &client.length);
        if (size < static_cast<ssize_t>(header_size))
            continue;
        const std::string_view question(buffer.data(), static_cast<std::size_t>(size));
        std::size_t type_at = 0;
        const auto found = known_.find(name_in(question, type_at));
        if (found == known_.end() || type_at + 4 > question.size()) {
            ++unanswered_;
            continue;
        }
        const auto answer = answer_to(question, type_at, found->second);
        ::sendto(socket_.number(), answer.data(), answer.size(), 0, client.data(), client.length);
    }
}

} // namespace plug::test
