#include "core/balance/affinity_table.hpp"

#include <cstring>
#include <iterator>
#include <random>

namespace plug {

namespace {

/// The finishing step of splitmix64 (Steele, Lea, Flood 2014): every input bit reaches every
/// output.
std::uint64_t mix(std::uint64_t value) noexcept {
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31);
}

std::uint64_t random_seed() {
    std::random_device device;
    return (std::uint64_t{device()} << 32) | device();
}

/// How many expired entries one call cleans up at most, so that no call takes long.
constexpr int cleaned_at_once = 2;

} // namespace

std::size_t affinity_table::key_hash::operator()(const key& bytes) const noexcept {
    std::uint64_t halves[2];
    std::memcpy(halves, bytes.data(), sizeof halves);
    return static_cast<std::size_t>(mix(mix(halves[0] ^ seed) ^ halves[1]));
}

affinity_table::affinity_table(std::size_t capacity, std::chrono::steady_clock::duration timeout)
    : capacity_(capacity), timeout_(timeout), index_(16, key_hash{random_seed()}) {}

bool affinity_table::has_expired(const sticky_client& known, time_point now) const noexcept {
    return known.connections == 0 && now - known.last_used >= timeout_;
}

std::optional<affinity_table::place>
affinity_table::place_of(const boost::asio::ip::address& client, time_point now) const {
    const auto found = index_.find(key_of(client));
    if (found == index_.end() || has_expired(*found->second, now)) {
        return std::nullopt;
    }
    return found->second;
}

void affinity_table::renew(place known, time_point now) {
    known->last_used = now;
    auto& among = known->connections > 0 ? in_use_ : idle_;
    among.splice(among.begin(), among, known);
}

std::optional<affinity_table::known_client>
affinity_table::find(const boost::asio::ip::address& client, time_point now) {
    forget_expired(now);
    const auto known = place_of(client, now);
    if (!known) {
        return std::nullopt;
    }
    renew(*known, now);
    return known_client{(*known)->target, &**known};
}

std::optional<affinity_table::remembered>
affinity_table::look_up(const boost::asio::ip::address& client, time_point now) const {
    const auto known = place_of(client, now);
    if (!known) {
        return std::nullopt;
    }
    const auto& who = **known;
    return remembered{who.target, who.connections > 0 ? timeout_ : who.last_used + timeout_ - now};
}

sticky_client* affinity_table::assign(const boost::asio::ip::address& client, std::uint32_t target,
                                      time_point now) {
    const key wanted = key_of(client);
    if (const auto found = index_.find(wanted); found != index_.end()) {
        found->second->target = target;
        renew(found->second, now);
        return &*found->second;
    }
    if (index_.size() >= capacity_) {
        forget_oldest();
    }
    auto& made = idle_.emplace_front(sticky_client{wanted, target, 0, now, {}});
    made.place = idle_.begin();
    index_.emplace(wanted, made.place);
    return &made;
}

void affinity_table::connection_began(sticky_client& who) noexcept {
    if (who.connections++ == 0) {
        in_use_.splice(in_use_.begin(), idle_, who.place);
    }
}

sticky_client* affinity_table::connection_ended(sticky_client& who, time_point now) noexcept {
    --who.connections;
    auto* const told = tell_successor(who);
    if (who.connections > 0) {
        return told;
    }
    const auto known = index_.find(who.client);
    if (known != index_.end() && known->second == who.place) {
        who.last_used = now;
        idle_.splice(idle_.begin(), in_use_, who.place);
    } else {
        forgotten_.erase(who.place);
    }
    return told;
}

/// Where `who` has a connection less now. Its successor counts some of them, and nobody knows
/// which: it hears of the last ones, so that it is in use for long enough.
sticky_client* affinity_table::tell_successor(const sticky_client& who) noexcept {
    const auto found = successors_.find(&who);
    if (found == successors_.end() || found->second.connections <= who.connections) {
        return nullptr;
    }
    auto* const told = found->second.who;
    if (--found->second.connections == 0) {
        successors_.erase(found);
    }
    return told;
}

void affinity_table::take_over(affinity_table& before,
                               std::span<const std::optional<std::uint32_t>> now_called) {
    for (auto* const among : {&before.in_use_, &before.idle_}) {
        for (auto& known : *among) {
            if (index_.size() == capacity_) {
                return;
            }
            if (const auto target = now_called[known.target]) {
                take_over(known, *target, before);
            }
        }
    }
}

void affinity_table::take_over(sticky_client& known, std::uint32_t target, affinity_table& before) {
    auto& among = known.connections > 0 ? in_use_ : idle_;
    auto& made = among.emplace_back(known);
    made.target = target;
    made.place = std::prev(among.end());
    index_.emplace(made.client, made.place);
    if (known.connections > 0) {
        before.successors_.emplace(&known, successor{&made, known.connections});
    }
}

void affinity_table::forget_expired(time_point now) {
    for (int cleaned = 0; cleaned < cleaned_at_once; ++cleaned) {
        if (idle_.empty() || !has_expired(idle_.back(), now)) {
            return;
        }
        forget_oldest();
    }
}

void affinity_table::forget_oldest() {
    if (!idle_.empty()) {
        index_.erase(idle_.back().client);
        idle_.pop_back();
        return;
    }
    index_.erase(in_use_.back().client);
    forgotten_.splice(forgotten_.begin(), in_use_, std::prev(in_use_.end()));
}

} // namespace plug
