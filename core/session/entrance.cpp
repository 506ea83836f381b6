#include "core/session/entrance.hpp"

namespace plug {

platform::endpoint identity_of(const platform::endpoint& peer) { return unmapped(peer); }

bool lets_in(const listening& where, const platform::endpoint& client) {
    if (where.plug->admits(client.address())) {
        return true;
    }
    refuse(where, client);
    return false;
}

void refuse(const listening& where, const platform::endpoint& client) {
    where.plug->events.publish(client_refused{where.label, client});
}

} // namespace plug
