#include "core/health/dialogue.hpp"

#include "core/health/protocol.hpp"

#include <boost/assert.hpp>

#include <algorithm>
#include <utility>

namespace plug {

namespace {

constexpr std::size_t longest_reason = 200;

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
    protocol_maker* const make = protocol_rows[static_cast<std::size_t>(check.kind)].make;
    BOOST_ASSERT_MSG(make != nullptr, "a command is run and not talked to");
    return dialogue(make(check, target));
}

} // namespace plug
