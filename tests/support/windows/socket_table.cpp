// What Windows tells of the sockets of this machine.
#include "tests/support/net/listener.hpp"
#include "tests/support/net/ports.hpp"
#include "tests/support/net/socket_address.hpp"

#include <iphlpapi.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace plug::test {

namespace {

/// The table of the sockets that listen, of one family.
std::vector<char> listening_table(unsigned long family) {
    DWORD size = 64 * 1024;
    std::vector<char> memory(size);
    while (GetExtendedTcpTable(memory.data(), &size, FALSE, family, TCP_TABLE_OWNER_PID_LISTENER,
                               0) == ERROR_INSUFFICIENT_BUFFER)
        memory.resize(size);
    return memory;
}

template <typename Table> std::size_t count(unsigned long family, const std::uint16_t* wanted) {
    const auto memory = listening_table(family);
    const auto& table = *reinterpret_cast<const Table*>(memory.data());
    std::size_t found = 0;
    for (DWORD i = 0; i < table.dwNumEntries; ++i) {
        const auto port = ntohs(static_cast<u_short>(table.table[i].dwLocalPort));
        if (wanted == nullptr || port == *wanted)
            ++found;
    }
    return found;
}

std::size_t count_all(const std::uint16_t* wanted) {
    return count<MIB_TCPTABLE_OWNER_PID>(AF_INET, wanted) +
           count<MIB_TCP6TABLE_OWNER_PID>(AF_INET6, wanted);
}

boost::test_tools::assertion_result cannot(const char* why) {
    boost::test_tools::assertion_result result(false);
    result.message() << why;
    return result;
}

} // namespace

// A mutex with a name goes away with the process.
bool lock_port(std::uint16_t port) {
    const std::string name = "plug-test-port-" + std::to_string(port);
    const HANDLE made = CreateMutexA(nullptr, FALSE, name.c_str());
    return made != nullptr && GetLastError() != ERROR_ALREADY_EXISTS;
}

std::size_t listening_sockets(std::uint16_t port) { return count_all(&port); }
std::size_t listening_sockets() { return count_all(nullptr); }

std::size_t handshaking_sockets(std::uint16_t) {
    throw std::logic_error("Windows tells of no handshake that is under way");
}

bool keepalive_runs(std::uint16_t, std::uint16_t) {
    throw std::logic_error("Windows tells of no keepalive timer");
}

boost::test_tools::assertion_result can_tell_keepalive(boost::unit_test::test_unit_id) {
    return cannot("Windows tells of no keepalive timer");
}

boost::test_tools::assertion_result can_fall_silent(boost::unit_test::test_unit_id) {
    return cannot("Windows has no filter that drops what comes to one socket");
}

void listener::drop_new_connections() { throw std::logic_error("see can_fall_silent()"); }
void listener::take_new_connections() { throw std::logic_error("see can_fall_silent()"); }

} // namespace plug::test
