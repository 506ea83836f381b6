// The entrance of a plug: the one place that decides whether a client may come in.
//
// The way of each client: identify -> admit and limit -> pick -> connect -> relay. Of most plugs
// the address of the peer says who it is: the listener asks the entrance before there is a session,
// so that whoever is refused costs nothing. Where a plug has an introduction, the client becomes a
// session first, which reads what it says (session_entrance.cpp) and asks the entrance then.
#pragma once

#include "core/plug/plug_runtime.hpp"
#include "core/plug/worker.hpp"
#include "platform/transport/transport.hpp"

namespace plug {

/// The address that a client goes by when its peer is `peer`: IPv4 clients of an IPv6 socket are
/// IPv4 clients.
[[nodiscard]] platform::endpoint identity_of(const platform::endpoint& peer);

/// Whether the plug that listens at `where` takes `client`; refuses it otherwise. Neither waits nor
/// allocates for one that is let in. Belongs to the thread of `home`, whose counters it adds to.
[[nodiscard]] bool lets_in(const listening& where, const platform::endpoint& client, worker& home);

/// Counts and publishes that `client` was refused.
void refuse(const listening& where, const platform::endpoint& client, worker& home);

} // namespace plug
