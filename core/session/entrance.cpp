#include "core/session/entrance.hpp"

namespace plug {

platform::endpoint identity_of(const platform::endpoint& peer) { return unmapped(peer); }

bool lets_in(const listening& where, const platform::endpoint& client, worker& home) {
    if (where.plug->admits(client.address())) {
        return true;
    }
    refuse(where, client, home);
    return false;
}

void refuse(const listening& where, const platform::endpoint& client, worker& home) {
    where.plug->totals->of(home.number()).refused.add();
    home.totals().refused.add();
    where.plug->events.publish(client_refused{where.label, client});
}

} // namespace plug
