// The part of a session that tells how it ended, and counts.
#include "core/session/session.hpp"

namespace plug {

namespace {

std::chrono::microseconds since(platform::clock::time_point start,
                                platform::clock::time_point end) {
    return std::chrono::duration_cast<std::chrono::microseconds>(end - start);
}

} // namespace

session_end session::how_it_ended() const noexcept {
    if (cut_ && (!connected_ || relayed_.error)) {
        return cut_for_;
    }
    if (!connected_) {
        return how_queue_ended();
    }
    if (!relayed_.error) {
        return session_end::completed;
    }
    if (relayed_.error == boost::system::errc::not_enough_memory) {
        return session_end::internal; // neither side is at fault
    }
    return relayed_.first == platform::side::client ? session_end::client_failed
                                                    : session_end::target_failed;
}

session_party session::whose_end(session_end ended) const noexcept {
    const auto first =
        relayed_.first == platform::side::client ? session_party::client : session_party::target;
    return row_of(ended).ended_by.value_or(first);
}

void session::count_begin() const noexcept {
    totals().begun.add();
    worker_.totals().begun.add();
}

/// It still has its lease, if there is one.
void session::count_end(session_end ended) const noexcept {
    for (auto* const block : {&totals(), &worker_.totals()}) {
        block->ended[static_cast<std::size_t>(ended)].add();
        block->from_client.add(stats_.from_client);
        block->from_target.add(stats_.from_target);
    }
    if (lease_) {
        auto& target = lease_.totals(worker_.number());
        target.from_client.add(stats_.from_client);
        target.from_target.add(stats_.from_target);
    }
}

void session::count_failed_connect(bool by_target) const noexcept {
    totals().failed_connects.add();
    worker_.totals().failed_connects.add();
    if (by_target) {
        lease_.totals(worker_.number()).failed_connects.add();
    }
}

session_record session::record(session_end ended) const {
    session_record told;
    told.listener = terms_->label;
    told.client = peer_;
    if (!is_queued()) {
        told.target = last_target().label();
    }
    told.from_client = stats_.from_client;
    told.from_target = stats_.from_target;
    told.ended_at = std::chrono::system_clock::now();
    told.duration = since(accepted_at_, worker_.network().now());
    told.until_connected =
        connected_ ? since(accepted_at_, connected_at_) : std::chrono::microseconds{0};
    told.end = ended;
    told.ended_by = whose_end(ended);
    told.picked = picked_;
    told.phase = connected_    ? session_phase::relaying
                 : is_queued() ? session_phase::queued
                               : session_phase::connecting;
    told.failed_attempts = failed_attempts_;
    if (!connected_ && !is_queued() && failed_attempts_ > 0) {
        --told.failed_attempts; // the last target is not one that was tried before it
    }
    told.error = relayed_.error;
    return told;
}

} // namespace plug
