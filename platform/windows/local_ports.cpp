// From the table of sockets (GetExtendedTcpTable). The range of ephemeral ports is told by netsh
// alone.
#include "platform/local_ports.hpp"

#include "platform/windows/text.hpp"

#include <winsock2.h>
// winsock2.h comes first.
#include <iphlpapi.h>
#include <windows.h>

#include <array>
#include <cstring>
#include <vector>

namespace plug::platform {

namespace {

namespace ip = boost::asio::ip;

/// The table of a family; empty where the system refuses it.
std::vector<char> listening_table(ULONG family) {
    std::vector<char> table;
    DWORD size = 0;
    // It may grow between two calls.
    for (int attempt = 0; attempt < 4; ++attempt) {
        table.resize(size);
        const auto outcome = ::GetExtendedTcpTable(table.empty() ? nullptr : table.data(), &size,
                                                   FALSE, family, TCP_TABLE_OWNER_PID_LISTENER, 0);
        if (outcome == NO_ERROR) {
            return table;
        }
        if (outcome != ERROR_INSUFFICIENT_BUFFER) {
            break;
        }
    }
    return {};
}

/// Row number `index` of a table, which begins with their count.
template <typename Table> auto row_of(const std::vector<char>& table, std::size_t index) {
    auto row = Table{}.table[0];
    std::memcpy(&row, table.data() + offsetof(Table, table) + index * sizeof row, sizeof row);
    return row;
}

ip::address local_address(const MIB_TCPROW_OWNER_PID& row) {
    ip::address_v4::bytes_type bytes{};
    std::memcpy(bytes.data(), &row.dwLocalAddr, bytes.size());
    return ip::address_v4(bytes);
}

ip::address local_address(const MIB_TCP6ROW_OWNER_PID& row) {
    ip::address_v6::bytes_type bytes{};
    std::memcpy(bytes.data(), row.ucLocalAddr, bytes.size());
    return ip::address_v6(bytes);
}

bool is_in_the_way(const ip::address& taken, const ip::address& wanted) {
    const auto covers = [&](const ip::address& one) {
        return one.is_unspecified() && (one.is_v6() || taken.is_v4() == wanted.is_v4());
    };
    return taken == wanted || covers(taken) || covers(wanted);
}

template <typename Table> DWORD process_in_the_way(ULONG family, const ip::tcp::endpoint& wanted) {
    const auto table = listening_table(family);
    DWORD count = 0;
    if (table.size() >= sizeof count) {
        std::memcpy(&count, table.data(), sizeof count);
    }
    for (DWORD index = 0; index < count; ++index) {
        const auto row = row_of<Table>(table, index);
        if (::ntohs(static_cast<u_short>(row.dwLocalPort)) == wanted.port() &&
            is_in_the_way(local_address(row), wanted.address())) {
            return row.dwOwningPid;
        }
    }
    return 0;
}

/// The file name of the program that the process runs; empty = we may not know.
std::string program_of(DWORD process) {
    const HANDLE opened = ::OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, process);
    if (opened == nullptr) {
        return {};
    }
    std::array<wchar_t, 1024> path{};
    DWORD size = path.size();
    const bool told = ::QueryFullProcessImageNameW(opened, 0, path.data(), &size) != 0;
    ::CloseHandle(opened);
    const auto whole = told ? to_utf8({path.data(), size}) : std::string();
    return whole.substr(whole.find_last_of('\\') + 1);
}

} // namespace

std::optional<process_name> listening_process(const ip::tcp::endpoint& wanted) {
    auto id = process_in_the_way<MIB_TCPTABLE_OWNER_PID>(AF_INET, wanted);
    if (id == 0) {
        id = process_in_the_way<MIB_TCP6TABLE_OWNER_PID>(AF_INET6, wanted);
    }
    return id == 0 ? std::nullopt : std::optional(process_name{id, program_of(id)});
}

std::size_t listening_sockets(const ip::tcp::endpoint&) { return 0; } // nobody needs it here

ephemeral_ports read_ephemeral_ports() { return {}; }

} // namespace plug::platform
