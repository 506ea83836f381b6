#include "core/health/program_runner.hpp"

#include "platform/thread_name.hpp"

#include <exception>
#include <utility>

namespace plug {

program_runner::~program_runner() {
    {
        const std::lock_guard lock(mutex_);
        goes_on_ = false;
        waiting_.clear();
        changed_.notify_all();
    }
    for (auto& thread : threads_) {
        thread.join();
    }
}

void program_runner::run(platform::child_program program, end_handler ended) {
    {
        const std::lock_guard lock(mutex_);
        const bool is_served = idle_ > waiting_.size() || threads_.size() == most_at_once;
        if (is_served || add_thread() || !threads_.empty()) {
            waiting_.push_back({std::move(program), std::move(ended)});
            changed_.notify_one();
            return;
        }
    }
    ended({platform::child_end::kind::shortage, 0, "no thread to run it on"});
}

/// False = the system has none.
bool program_runner::add_thread() {
    try {
        threads_.emplace_back([this] {
            platform::name_this_thread("plug-checks");
            serve();
        });
        return true;
    } catch (const std::exception&) {
        return false;
    }
}

/// If memory is short, the program was not run.
platform::child_end program_runner::outcome_of(const platform::child_program& program) {
    try {
        return platform::run_child(program, goes_on_);
    } catch (const std::exception&) {
        return {platform::child_end::kind::shortage, 0, {}};
    }
}

void program_runner::serve() {
    std::unique_lock lock(mutex_);
    while (true) {
        ++idle_;
        changed_.wait(lock, [&] { return !goes_on_ || !waiting_.empty(); });
        --idle_;
        if (!goes_on_) {
            return;
        }
        auto next = std::move(waiting_.front());
        waiting_.pop_front();
        lock.unlock();
        next.ended(outcome_of(next.program));
        next = {}; // destroys what `ended` holds without the lock
        lock.lock();
    }
}

} // namespace plug
