#include "core/health/dialogue.hpp"

#include "core/health/protocol.hpp"

#include <boost/assert.hpp>

#include <algorithm>
#include <utility>

namespace plug {

namespace {

constexpr std::size_t longest_reason = 200;

std::unique_ptr<protocol> make_protocol(const check_config& check, const host_port& target) {
    switch (check.kind) {
    case check_kind::tcp:
        return make_tcp_protocol();
    case check_kind::send_expect:
        return make_send_expect_protocol(check);
    case check_kind::http:
        return make_http_protocol(check.http, target);
    case check_kind::tls:
        return make_tls_protocol(target);
    case check_kind::smtp:
        return make_smtp_protocol();
    case check_kind::ssh:
        return make_ssh_protocol();
    case check_kind::mysql:
        return make_mysql_protocol(check.user);
    case check_kind::postgresql:
        return make_postgresql_protocol(check.user);
    case check_kind::redis:
        return make_redis_protocol();
    case check_kind::command:
        break;
    }
    BOOST_ASSERT_MSG(false, "a command is run and not talked to");
    return make_tcp_protocol();
}

} // namespace

dialogue::dialogue(std::unique_ptr<protocol> talk) : talk_(std::move(talk)) {}
dialogue::dialogue(dialogue&& other) noexcept = default;
dialogue& dialogue::operator=(dialogue&& other) noexcept = default;
dialogue::~dialogue() = default;

step dialogue::opening() { return settled(talk_->opening()); }

step dialogue::feed(std::string_view bytes) {
    if (verdict_.now != step::state::reading) {
        return verdict_;
    }
    const auto usable = bytes.substr(0, limit - taken_);
    taken_ += usable.size();
    unread_ += usable;
    std::string_view rest = unread_;
    auto next = talk_->read(rest);
    unread_.erase(0, unread_.size() - rest.size());
    if (next.now == step::state::reading && taken_ == limit) {
        next.now = step::state::failed;
        next.reason = "said 16 KiB without " + talk_->awaited();
    }
    return settled(std::move(next));
}

step dialogue::ended() {
    return verdict_.now == step::state::reading ? settled(talk_->ended(unread_)) : verdict_;
}

std::string dialogue::awaited() const { return talk_->awaited(); }

/// Keeps a verdict.
step dialogue::settled(step next) {
    if (next.now != step::state::reading) {
        next.reason.resize(std::min(next.reason.size(), longest_reason));
        has_said_more_ = !unread_.empty();
        verdict_ = {next.now, {}, next.reason, next.leave};
        unread_ = {};
    }
    return next;
}

dialogue make_dialogue(const check_config& check, const host_port& target) {
    return dialogue(make_protocol(check, target));
}

} // namespace plug
