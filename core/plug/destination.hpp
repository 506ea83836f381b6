// Where to connect: an address, or a name with the addresses that it last stood for.
#pragma once

#include "core/config/address_forms.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/system/error_code.hpp>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace plug {

/// A target, or the HTTPS proxy. Thread-safe.
class destination {
public:
    using endpoint = boost::asio::ip::tcp::endpoint;
    using endpoints = std::vector<endpoint>;

    /// Says why an address is not to be connected to; empty = it may be. Any thread.
    using guard = std::function<std::string(const endpoint&)>;

    /// Why a name has no address.
    struct failure {
        boost::system::error_code error;
        /// One phrase.
        std::string why;
    };

    explicit destination(const host_port& configured);

    /// `address:port` or `name:port`, as logs show it.
    [[nodiscard]] const std::shared_ptr<const std::string>& label() const noexcept {
        return label_;
    }

    [[nodiscard]] bool is_name() const noexcept { return !configured_.numeric; }
    [[nodiscard]] const host_port& configured() const noexcept { return configured_; }

    /// The addresses to try, in order: first the one that answered last; empty = the name is not
    /// resolved.
    [[nodiscard]] std::shared_ptr<const endpoints> addresses() const;

    /// Addresses that `judge` refuses are forgotten, and kept out of what the name stands for from
    /// now on.
    void guard_with(guard judge);

    /// Why `found` is not to be connected to; empty = it may be.
    [[nodiscard]] std::string fault_of(const endpoint& found) const;

    /// The resolver has an answer. True = it names other addresses than were known.
    bool resolved_to(endpoints found);

    /// The resolver has none. What was known stays in use: the target may still be there.
    void not_resolved(failure reason);

    /// Why there is no address, as far as is known.
    [[nodiscard]] failure why_unresolved() const;

    /// That address has answered: it comes first from now on, until the name no longer stands for
    /// it.
    void answered(const endpoint& one);

private:
    const host_port configured_;
    const std::shared_ptr<const std::string> label_;
    mutable std::mutex mutex_; // guards the members below of a name
    std::shared_ptr<const endpoints> addresses_;
    std::optional<endpoint> answered_last_;
    std::shared_ptr<const guard> guard_;
    failure failure_;
};

/// Some of them, in the order of their places in memory.
using destination_group = std::shared_ptr<const std::vector<std::shared_ptr<const destination>>>;

/// Whether `one` is among them.
[[nodiscard]] bool contains(const destination_group& group, const destination* one);

/// Refuses the addresses that lead back to one of `own`, the listening addresses of a plug.
[[nodiscard]] destination::guard guard_against_loops(std::vector<listen_address> own);

/// Whether both hold the same addresses, in whatever order.
[[nodiscard]] bool are_same(const destination::endpoints& one, const destination::endpoints& other);

} // namespace plug
