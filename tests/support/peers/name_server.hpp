// A DNS server of the test, for programs in a network of their own.
#pragma once

#include "tests/support/net/descriptor.hpp"

#include <atomic>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <thread>

namespace plug::test {

/// Runs `body` where names are looked up in `hosts` (hosts(5)) first, and then at 127.0.0.1, whose
/// answers may take half a minute. Needs root; the network is one of its own.
void with_names(const std::string& hosts, const std::function<void()>& body);

/// Serves 127.0.0.1, port 53, in this thread's network: knows IPv4 addresses of some names, and
/// stays silent when it is asked for any other.
class name_server {
public:
    explicit name_server(std::map<std::string, std::string> known);
    ~name_server();
    name_server(const name_server&) = delete;
    name_server& operator=(const name_server&) = delete;

    /// Questions so far that it has not answered.
    [[nodiscard]] std::size_t unanswered() const noexcept { return unanswered_; }

private:
    void run();

    const std::map<std::string, std::string> known_;
    descriptor socket_;
    std::atomic<std::size_t> unanswered_ = 0;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

} // namespace plug::test
