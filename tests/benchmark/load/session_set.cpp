#include "tests/benchmark/load/session_set.hpp"

#include <algorithm>

namespace load {
namespace {

constexpr std::size_t opening_at_once = 128;
constexpr std::size_t latencies_kept = 4'000'000;
constexpr std::chrono::seconds patience{10};

} // namespace

session_set::session_set(event_loop& loop, const options& settings)
    : loop_(loop), settings_(settings), server_(loop, settings.listen_port) {
    latencies_ns_.reserve(latencies_kept);
    for (std::size_t number = 0; number < settings.connections; ++number) {
        clients_.emplace_back(loop, *this, number, settings.message_bytes);
    }
}

void session_set::open_all() {
    while (opened_ < std::min(opening_at_once, clients_.size())) {
        open_next();
    }
    const auto all_stand = [this] { return established_ == clients_.size(); };
    if (!loop_.run_until(clock::now() + patience * 2, all_stand)) {
        throw failure("only " + std::to_string(established_) + " sessions could be opened");
    }
}

void session_set::open_next() {
    ++waiting_;
    clients_[opened_++].open(settings_.connect_port);
}

void session_set::answered(trip_client& client) {
    --waiting_;
    if (client.trips() == 1) {
        ++established_;
        if (opened_ < clients_.size()) {
            open_next();
        }
        return;
    }
    ++trips_;
    if (latencies_ns_.size() < latencies_kept) {
        latencies_ns_.push_back(
            static_cast<std::uint32_t>((clock::now() - client.began()).count()));
    }
    if (talking_) {
        ++waiting_;
        client.start_trip();
    }
}

void session_set::measure(std::size_t count, const std::string& prefix, numbers& found) {
    talking_ = true;
    for (std::size_t index = 0; index < count; ++index) {
        ++waiting_;
        clients_[index * clients_.size() / count].start_trip();
    }
    loop_.run_until(clock::now() + settings_.warm_up);
    trips_ = 0;
    latencies_ns_.clear();
    const stretch measuring(settings_.watched);
    loop_.run_until(clock::now() + settings_.measure);
    end_of_wave(count);
    const cost spent = measuring.finish();
    const auto trips = static_cast<double>(trips_);
    found.emplace_back(prefix + "trips_per_s", trips / spent.seconds);
    add_latencies(prefix, found);
    add_cost(found, prefix, spent, trips);
    wait_for_answers();
}

/// Where thousands talk, the server's answers come one after the other and then those of the
/// clients: a count that ends within such a wave says little about its costs. On a busy machine the
/// first wave may take longer than the slice.
void session_set::end_of_wave(std::size_t count) {
    const std::uint64_t waves = std::max<std::uint64_t>(1, (trips_ + count - 1) / count);
    const std::uint64_t whole = waves * count;
    if (!loop_.run_until(clock::now() + patience, [&] { return trips_ >= whole; })) {
        throw failure("the answers do not come any more");
    }
}

void session_set::add_latencies(const std::string& prefix, numbers& found) {
    if (latencies_ns_.empty()) {
        throw failure("no answer came while measuring");
    }
    std::sort(latencies_ns_.begin(), latencies_ns_.end());
    const auto at = [this](double share) {
        const auto last = static_cast<double>(latencies_ns_.size() - 1);
        return static_cast<double>(latencies_ns_[static_cast<std::size_t>(last * share)]) / 1e3;
    };
    found.emplace_back(prefix + "p50_us", at(0.5));
    found.emplace_back(prefix + "p99_us", at(0.99));
}

void session_set::wait_for_answers() {
    talking_ = false;
    if (!loop_.run_until(clock::now() + patience, [this] { return waiting_ == 0; })) {
        throw failure(std::to_string(waiting_) + " answers never came");
    }
}

void session_set::close_all() {
    std::uint64_t bytes = 0;
    for (trip_client& client : clients_) {
        bytes += client.trips() * settings_.message_bytes;
        client.close();
    }
    if (!loop_.run_until(clock::now() + patience, [this] { return server_.open() == 0; })) {
        throw failure(std::to_string(server_.open()) + " sessions never reached their end");
    }
    if (server_.echoed_bytes() != bytes || server_.accepted() != clients_.size()) {
        throw failure("the server saw " + std::to_string(server_.accepted()) + " sessions and " +
                      std::to_string(server_.echoed_bytes()) + " bytes, the clients " +
                      std::to_string(clients_.size()) + " and " + std::to_string(bytes));
    }
}

} // namespace load
