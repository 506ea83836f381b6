// Which listener takes which of the sockets that the supervisor has passed.
#pragma once

#include "core/config/address_forms.hpp"
#include "platform/passed_sockets.hpp"

#include <memory>
#include <string>

namespace plug {

/// Where that socket listens.
[[nodiscard]] listen_address address_of(const platform::passed_socket& passed);

/// One walk over the listeners of a configuration. Sockets are taken by name (`fd:NAME`), or by a
/// LISTEN that is their address; so the same configuration serves with and without a supervisor.
class passed_claims {
public:
    /// `passed` must outlive it.
    explicit passed_claims(const platform::passed_sockets& passed) : passed_(passed) {}

    /// The socket for `where`; null = there is none, and the listener is to bind one. Where it must
    /// be there and is not, or cannot be told from others, `why` says so.
    std::shared_ptr<const platform::passed_socket> claim(const listen_address& where,
                                                         std::string& why);

    /// Those that no listener has claimed.
    [[nodiscard]] platform::passed_sockets unclaimed() const;

    /// A hint for a LISTEN that cannot be bound: `; ` and which passed socket has its port, though
    /// not its address. Empty = none has.
    [[nodiscard]] std::string hint(const listen_address& where) const;

private:
    const platform::passed_sockets& passed_;
    platform::passed_sockets claimed_;
};

/// `address (name)`
[[nodiscard]] std::string to_text(const platform::passed_socket& passed);

} // namespace plug
