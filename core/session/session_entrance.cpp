// The part of a session that learns who its client is, where the plug asks for more than an
// address.
#include "core/monitor/report_escaped.hpp"
#include "core/plug/introduction.hpp"
#include "core/session/entrance.hpp"
#include "core/session/session.hpp"

#include <utility>

namespace plug {

using platform::task;

void session::enter(std::unique_ptr<session> self) {
    auto& runner = self->worker_;
    auto& events = self->terms_->events;
    runner.spawn(introduce(std::move(self)), report_escaped{events, "let a client in"});
}

task<void> session::introduce(std::unique_ptr<session> self) {
    const auto asked = self->where_->plug->introduced_by();
    auto known = co_await asked->ask(self->client_, self->peer_, self->worker_.network());
    if (self->cut_) {
        self->finish(self->how_it_ended());
        co_return;
    }
    if (!self->is_let_in(known)) {
        self->turn_away();
        co_return;
    }
    self->connected_at_ = self->worker_.network().now();
    if (known.passed_on_to != nullptr) {
        self->totals().left.add();
        self->go_over_to(std::move(known.passed_on_to));
        self->totals().begun.add();
    }
    head_for_target(std::move(self));
}

/// The rules and limits are those of the plug that listens.
bool session::is_let_in(const introduced& known) {
    if (known.error) {
        refuse(*where_, peer_, worker_);
        return false;
    }
    peer_ = identity_of(known.client);
    return lets_in(*where_, peer_, worker_);
}

void session::go_over_to(std::shared_ptr<const listening> other) noexcept {
    where_ = std::move(other);
    terms_ = where_->terms;
}

/// It ends without a record, as clients do that a listener refuses.
void session::turn_away() noexcept {
    finished_ = true;
    totals().left.add();
    worker_.totals().left.add();
    leave_worker();
}

} // namespace plug
