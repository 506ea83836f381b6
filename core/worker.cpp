#include "core/worker.hpp"

#include "core/session/session.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace plug {

worker::worker(census& counted, platform::network_options options)
    : census_(counted), network_(context_, options), grace_timer_(context_.get_executor()) {
    guard_.emplace(boost::asio::make_work_guard(context_.get_executor()));
}

worker::~worker() = default;

void worker::start(std::function<void(std::exception_ptr)> failed) {
    thread_ = std::thread([this, failed = std::move(failed)] {
        while (true) {
            try {
                context_.run();
                return;
            } catch (...) {
                failed(std::current_exception());
            }
        }
    });
}

void worker::finish() noexcept {
    boost::asio::post(context_, [this] {
        grace_timer_.cancel();
        guard_.reset();
        context_.stop(); // a deadline that nobody waits for any more would hold up the end
    });
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

void worker::cut_sessions_after(std::chrono::milliseconds grace,
                                std::function<void(std::size_t)> told) {
    grace_timer_.expires_after(grace);
    grace_timer_.async_wait([this, told = std::move(told)](const boost::system::error_code& error) {
        if (!error) {
            cut_sessions(told);
        }
    });
}

void worker::cut_sessions(const std::function<void(std::size_t)>& told) {
    cutting_ = true;
    told(sessions_.size());
    for (auto at = sessions_.begin(); at != sessions_.end();) {
        (at++)->cut(); // a session that is cut may leave the list before cut() returns
    }
}

} // namespace plug
