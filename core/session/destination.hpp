// Where to connect: an address, or a name with the addresses that it last stood for.
#pragma once

#include "core/config/address_forms.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace plug {

/// A target, or the HTTPS proxy. Thread-safe.
class destination {
public:
    using endpoint = boost::asio::ip::tcp::endpoint;
    using endpoints = std::vector<endpoint>;

    explicit destination(const host_port& configured);

    /// `address:port` or `name:port`, as logs show it.
    [[nodiscard]] const std::shared_ptr<const std::string>& label() const noexcept {
        return label_;
    }

    [[nodiscard]] bool is_name() const noexcept { return !configured_.numeric; }
    [[nodiscard]] const host_port& configured() const noexcept { return configured_; }

    /// The addresses to try, in order; empty = the name is not resolved.
    [[nodiscard]] std::shared_ptr<const endpoints> addresses() const;

    /// The resolver has an answer. True = it differs from what was known.
    bool resolved_to(endpoints found);

private:
    const host_port configured_;
    const std::shared_ptr<const std::string> label_;
    mutable std::mutex mutex_; // guards addresses_ of a name
    std::shared_ptr<const endpoints> addresses_;
};

/// Some of them, in the order of their places in memory.
using destination_group = std::shared_ptr<const std::vector<std::shared_ptr<const destination>>>;

/// Whether `one` is among them.
[[nodiscard]] bool contains(const destination_group& group, const destination* one);

} // namespace plug
