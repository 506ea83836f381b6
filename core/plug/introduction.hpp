// How a client makes known who it is, and where it wants to go, by its first bytes.
#pragma once

#include "platform/transport/transport.hpp"

#include <memory>

namespace plug {

struct listening;

/// What a client has made known.
struct introduced {
    /// It has not: it went, took too long, or said what nobody understands. Counts as refused then.
    platform::error_code error;
    /// Whom access rules, limits, affinity, hash and records go by.
    platform::endpoint client;
    /// The plug whose targets, timeouts and queue it is for; null = the plug that listens.
    std::shared_ptr<const listening> passed_on_to;
};

/// What a plug asks of its clients before it lets them in. Serves every worker at once: keeps what
/// it learns in the coroutine alone.
class introduction {
public:
    virtual ~introduction() = default;

    /// Reads from `client`, whose other end is `peer`, and gives back by unread() what is for the
    /// target. To end in a bounded time, and after a bounded number of bytes; cancel() on the
    /// connection ends it before. `client` stays where it is meanwhile.
    virtual platform::task<introduced> ask(platform::connection& client, platform::endpoint peer,
                                           platform::network& network) const = 0;
};

} // namespace plug
