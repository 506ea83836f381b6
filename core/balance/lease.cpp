#include "core/balance/lease.hpp"

#include "core/balance/affinity_table.hpp"
#include "core/balance/waiting_line.hpp"

namespace plug {

void connection_count::tell_end(sticky_client* client, lessor::time_point now) noexcept {
    if (pools_ == nullptr) {
        return;
    }
    called_clients called;
    const std::lock_guard lock(pools_->mutex);
    if (client != nullptr) {
        affinity_table::connection_ended(*client, now);
    }
    if (pools_->newest != nullptr && number_) {
        pools_->newest->connection_ended(*number_, now, called);
    }
}

} // namespace plug
