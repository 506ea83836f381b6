#include "core/balance/affinity_table.hpp"

#include "core/picking/random_numbers.hpp"

#include <algorithm>
#include <cstring>
#include <memory>

namespace plug {

namespace {

/// The finishing step of splitmix64 (Steele, Lea, Flood 2014): every input bit reaches every
/// output.
std::uint64_t mix(std::uint64_t value) noexcept {
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31);
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

void affinity_table::let_go_of_those_in_use() noexcept {
    in_use_.clear_and_dispose([](sticky_client* each) { each->table = nullptr; });
}

affinity_table::~affinity_table() {
    let_go_of_those_in_use();
    idle_.clear_and_dispose([](const sticky_client* each) { delete each; });
}

sticky_client* affinity_table::entry_of(const boost::asio::ip::address& client,
                                        time_point now) const {
    const auto found = index_.find(key_of(client));
    return found == index_.end() || has_expired(*found->second, now) ? nullptr : found->second;
}

void affinity_table::renew(sticky_client& known, time_point now) noexcept {
    latest_ = std::max(latest_, now);
    known.last_used = now;
    auto& among = known.connections > 0 ? in_use_ : idle_;
    among.splice(among.begin(), among, among.iterator_to(known));
}

std::optional<affinity_table::known_client>
affinity_table::find(const boost::asio::ip::address& client, time_point now) {
    forget_expired(now);
    auto* const known = entry_of(client, now);
    if (known == nullptr) {
        return std::nullopt;
    }
    renew(*known, now);
    return known_client{known->target, known};
}

std::optional<affinity_table::remembered>
affinity_table::look_up(const boost::asio::ip::address& client, time_point now) const {
    const auto* const known = entry_of(client, now);
    if (known == nullptr) {
        return std::nullopt;
    }
    return remembered{known->target,
                      known->connections > 0 ? timeout_ : known->last_used + timeout_ - now};
}

/// A new entry like `known`, behind those in `among`.
sticky_client& affinity_table::remember(const sticky_client& known, clients& among) {
    auto entry = std::make_unique<sticky_client>();
    entry->client = known.client;
    entry->target = known.target;
    entry->connections = known.connections;
    entry->last_used = known.last_used;
    entry->table = this;
    index_.emplace(entry->client, entry.get()); // what may fail comes first
    among.push_back(*entry);
    return *entry.release();
}

sticky_client* affinity_table::assign(const boost::asio::ip::address& client, std::uint32_t target,
                                      time_point now) {
    const key wanted = key_of(client);
    if (const auto found = index_.find(wanted); found != index_.end()) {
        found->second->target = target;
        renew(*found->second, now);
        return found->second;
    }
    if (index_.size() >= capacity_) {
        forget_oldest();
    }
    sticky_client fresh;
    fresh.client = wanted;
    fresh.target = target;
    auto& known = remember(fresh, idle_);
    renew(known, now);
    return &known;
}

void affinity_table::connection_began(sticky_client& who) noexcept {
    if (who.connections++ == 0) {
        in_use_.splice(in_use_.begin(), idle_, idle_.iterator_to(who));
    }
}

void affinity_table::connection_ended(sticky_client& who, time_point now) noexcept {
    if (--who.connections > 0) {
        return;
    }
    if (who.table == nullptr) {
        delete &who;
        return;
    }
    who.table->last_connection_ended(who, now);
}

void affinity_table::last_connection_ended(sticky_client& who, time_point now) noexcept {
    latest_ = std::max(latest_, now);
    who.last_used = latest_;
    idle_.splice(idle_.begin(), in_use_, in_use_.iterator_to(who));
}

void affinity_table::take_over(affinity_table& before,
                               std::span<const std::optional<std::uint32_t>> now_called) {
    latest_ = before.latest_;
    for (auto at = before.in_use_.begin(); at != before.in_use_.end();) {
        auto& known = *at++;
        if (const auto target = now_called[known.target]; target && index_.size() < capacity_) {
            take_over_in_use(known, *target, before);
        }
    }
    for (const auto& known : before.idle_) {
        if (index_.size() == capacity_) {
            return;
        }
        // A copy that was left of one in use is idle there, and known here.
        if (const auto target = now_called[known.target];
            target && !index_.contains(known.client)) {
            remember(known, idle_).target = *target;
        }
    }
}

/// What may fail comes first.
void affinity_table::take_over_in_use(sticky_client& known, std::uint32_t target,
                                      affinity_table& before) {
    auto copy = std::make_unique<sticky_client>();
    copy->client = known.client;
    copy->target = known.target;
    copy->last_used = known.last_used;
    copy->table = &before;
    index_.emplace(known.client, &known);
    before.index_[known.client] = copy.get();
    before.idle_.push_back(*copy.release());
    in_use_.splice(in_use_.end(), before.in_use_, before.in_use_.iterator_to(known));
    known.target = target;
    known.table = this;
}

void affinity_table::forget_expired(time_point now) {
    for (int cleaned = 0; cleaned < cleaned_at_once; ++cleaned) {
        if (idle_.empty() || !has_expired(idle_.back(), now)) {
            return;
        }
        forget_oldest();
    }
}

/// One in use holds itself until its connections have ended.
void affinity_table::forget_oldest() noexcept {
    auto& among = idle_.empty() ? in_use_ : idle_;
    auto& oldest = among.back();
    index_.erase(oldest.client);
    among.pop_back();
    if (oldest.connections == 0) {
        delete &oldest;
    } else {
        oldest.table = nullptr;
    }
}

} // namespace plug
