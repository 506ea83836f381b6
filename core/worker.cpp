#include "core/worker.hpp"

#include "core/session/session.hpp"

#include <utility>

namespace plug {

worker::worker(census& counted, platform::network_options options)
    : census_(counted), network_(context_, options) {}

worker::~worker() = default;

void worker::start(std::function<void(std::exception_ptr)> failed) {
    thread_ = std::thread([this, failed = std::move(failed)] {
        while (true) {
            try {
                network_.run();
                return;
            } catch (...) {
                failed(std::current_exception());
            }
        }
    });
}

void worker::finish() noexcept {
    post([this] { network_.stop(); });
}

void worker::join() {
    if (thread_.joinable()) {
        thread_.join();
    }
}

void worker::add(session& started) {
    sessions_.push_back(started);
    if (cutting_) {
        started.cut();
    }
}

void worker::remove(session& ended) noexcept { sessions_.erase(sessions_.iterator_to(ended)); }

platform::task<void> worker::cut_sessions_after(std::chrono::milliseconds grace,
                                                std::function<void(std::size_t)> told) {
    co_await network_.sleep_until(network_.now() + grace);
    cut_sessions(told);
}

void worker::cut_sessions(const std::function<void(std::size_t)>& told) {
    cutting_ = true;
    told(sessions_.size());
    for (auto at = sessions_.begin(); at != sessions_.end();) {
        (at++)->cut(); // a session that is cut may leave the list before cut() returns
    }
}

} // namespace plug
