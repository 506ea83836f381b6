#include "platform/system_addresses.hpp"
#include "platform/windows/text.hpp"

#include <boost/asio/ip/udp.hpp>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <exception>
#include <optional>

#include <winsock2.h>
// These two come behind winsock2.h.
#include <iphlpapi.h>
#include <ws2tcpip.h>

namespace plug::platform {

namespace {

namespace ip = boost::asio::ip;

/// The adapters of this machine, in memory of their own.
class adapter_list {
public:
    adapter_list() {
        constexpr ULONG without =
            GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_MULTICAST | GAA_FLAG_SKIP_DNS_SERVER;
        ULONG size = 16 * 1024;
        // An adapter may come between two calls.
        for (int round = 0; round < 5; ++round) {
            memory_.resize(size);
            const auto result =
                ::GetAdaptersAddresses(AF_UNSPEC, without, nullptr, first_in(memory_), &size);
            if (result == ERROR_SUCCESS) {
                return;
            }
            if (result != ERROR_BUFFER_OVERFLOW) {
                break;
            }
        }
        memory_.clear();
    }

    [[nodiscard]] const IP_ADAPTER_ADDRESSES* first() {
        return memory_.empty() ? nullptr : first_in(memory_);
    }

private:
    static IP_ADAPTER_ADDRESSES* first_in(std::vector<std::byte>& memory) {
        return reinterpret_cast<IP_ADAPTER_ADDRESSES*>(memory.data());
    }
    std::vector<std::byte> memory_;
};

std::optional<ip::address> address_in(const SOCKET_ADDRESS& given) {
    ip::udp::endpoint endpoint;
    const auto size = static_cast<std::size_t>(given.iSockaddrLength);
    if (given.lpSockaddr == nullptr || size > endpoint.capacity()) {
        return std::nullopt;
    }
    std::memcpy(endpoint.data(), given.lpSockaddr, size);
    return endpoint.address();
}

std::vector<ip::address> addresses_of(const IP_ADAPTER_ADDRESSES& adapter) {
    std::vector<ip::address> found;
    for (const auto* entry = adapter.FirstUnicastAddress; entry != nullptr; entry = entry->Next) {
        if (const auto address = address_in(entry->Address)) {
            found.push_back(*address);
        }
    }
    return found;
}

bool has_address(const ip::address& asked) {
    adapter_list list;
    for (const auto* adapter = list.first(); adapter != nullptr; adapter = adapter->Next) {
        const auto found = addresses_of(*adapter);
        if (std::any_of(found.begin(), found.end(),
                        [&](const ip::address& each) { return same_bytes(each, asked); })) {
            return true;
        }
    }
    return false;
}

} // namespace

bool system_has_address(const ip::address& address) noexcept {
    try {
        return has_address(address);
    } catch (const std::exception&) { // out of memory
        return false;
    }
}

/// A name is what the user sees ("Ethernet"), or the adapter's own in braces.
std::vector<ip::address> system_addresses_of(const std::string& name) {
    adapter_list list;
    for (const auto* adapter = list.first(); adapter != nullptr; adapter = adapter->Next) {
        const bool is_meant =
            name == adapter->AdapterName || name == to_utf8(adapter->FriendlyName);
        if (is_meant && adapter->OperStatus == IfOperStatusUp) {
            return addresses_of(*adapter);
        }
    }
    return {};
}

} // namespace plug::platform
