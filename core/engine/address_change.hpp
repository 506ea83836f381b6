// What a reload does to the addresses that the process listens on.
#pragma once

#include "core/engine/bound_address.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

namespace plug {

/// An address that overlaps one that goes (`:8080` for `127.0.0.1:8080`) is opened beside it, so
/// that there is no moment at which nobody listens.
///
/// Life: plan(), which opens what is new and changes nothing; prepare(), which takes the memory
/// that is needed; then carry_out(), which cannot fail. A plan that is not carried out closes what
/// it has opened.
class address_change {
public:
    using bound_addresses = std::vector<bound_address>;

    /// From `bound` to what `plugs` listen on. On failure `failure` is set, and the result empty.
    /// `claims` tells afterwards which of the passed sockets nobody wants.
    static std::optional<address_change>
    plan(bound_addresses& bound, const std::vector<std::shared_ptr<plug_runtime>>& plugs,
         bound_address::workers all, passed_claims& claims, std::optional<start_failure>& failure);

    /// Tells the plugs where they are to listen, see plug_runtime::listens_on(). `bound` as in
    /// plan().
    void tell_plugs(const bound_addresses& bound) const;

    /// Where nothing was bound: gives what was opened, in the order of the plugs, without starting
    /// it.
    bound_addresses bind_first() &&;

    /// What is made beforehand for carry_out(). Gives what each address will be for, in the order
    /// of the plugs.
    std::vector<std::shared_ptr<const listening>> prepare(bound_addresses& bound);

    /// Hands over the addresses of `bound` that stay, starts those that were opened, and closes the
    /// others. Gives those that are bound now, in the order of the plugs.
    bound_addresses carry_out(bound_addresses bound, event_sink& events) && noexcept;

private:
    struct step {
        listen_address where;
        std::shared_ptr<plug_runtime> plug;
        /// Place among those that are bound already; unset = it was opened.
        std::optional<std::size_t> kept;
        std::optional<bound_address> opened;
        /// Unset = it is what it is for already.
        std::optional<bound_address::service> service{};
    };

    std::vector<step> steps_;
    bound_addresses now_;
    std::vector<bool> stays_;
};

} // namespace plug
