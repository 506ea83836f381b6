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

bool affinity_table::has_expired(const entry& known, time_point now) const noexcept {
    return now - known.last_used >= timeout_;
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
    by_use_.splice(by_use_.begin(), by_use_, known);
}

std::optional<std::uint32_t> affinity_table::find(const boost::asio::ip::address& client,
                                                  time_point now) {
    forget_expired(now);
    const auto known = place_of(client, now);
    if (!known) {
        return std::nullopt;
    }
    renew(*known, now);
    return (*known)->target;
}

std::optional<affinity_table::remembered>
affinity_table::look_up(const boost::asio::ip::address& client, time_point now) const {
    const auto known = place_of(client, now);
    if (!known) {
        return std::nullopt;
    }
    return remembered{(*known)->target, (*known)->last_used + timeout_ - now};
}

void affinity_table::assign(const boost::asio::ip::address& client, std::uint32_t target,
                            time_point now) {
    const key wanted = key_of(client);
    if (const auto found = index_.find(wanted); found != index_.end()) {
        found->second->target = target;
        renew(found->second, now);
        return;
    }
    if (index_.size() >= capacity_) {
        forget_oldest();
    }
    by_use_.push_front({wanted, target, now});
    index_.emplace(wanted, by_use_.begin());
}

void affinity_table::take_over(const affinity_table& before,
                               std::span<const std::optional<std::uint32_t>> now_called) {
    for (const auto& known : before.by_use_) {
        if (index_.size() == capacity_) {
            return;
        }
        if (const auto target = now_called[known.target]) {
            by_use_.push_back({known.client, *target, known.last_used});
            index_.emplace(known.client, std::prev(by_use_.end()));
        }
    }
}

void affinity_table::forget_expired(time_point now) {
    for (int cleaned = 0; cleaned < cleaned_at_once; ++cleaned) {
        if (by_use_.empty() || !has_expired(by_use_.back(), now)) {
            return;
        }
        forget_oldest();
    }
}

void affinity_table::forget_oldest() {
    index_.erase(by_use_.back().client);
    by_use_.pop_back();
}

} // namespace plug
