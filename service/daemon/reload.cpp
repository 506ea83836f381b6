// How the daemon goes over to another configuration.
#include "core/config/characters.hpp"
#include "service/daemon/daemon.hpp"
#include "service/file/changes.hpp"
#include "service/log/record_file.hpp"

#include <exception>
#include <utility>
#include <vector>

namespace plug {

namespace {

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> made;
    for (const auto line : split(text, '\n')) {
        if (!line.empty()) {
            made.emplace_back(line);
        }
    }
    return made;
}

} // namespace

/// Requests that come before it begins are one.
void daemon::reload_soon() {
    reopen_logs();
    if (read_again_ && !reload_is_due_.exchange(true)) {
        reloads_.run([this] {
            reload_is_due_ = false;
            reload_now(false);
        });
    }
}

reload_report daemon::reload(bool may_be_empty) {
    reopen_logs();
    return reload_now(may_be_empty);
}

reload_report daemon::reload_now(bool may_be_empty) {
    const std::lock_guard lock(mutex_);
    const bool is_told = may_reload_ && read_again_;
    if (is_told) {
        supervision_->reload_begins();
    }
    reload_report report;
    try {
        report = go_over(may_be_empty);
    } catch (const std::exception& error) {
        report.problems = {error.what()};
    }
    if (is_told) {
        supervision_->reload_ended();
    }
    if (read_again_) {
        try {
            tell(report);
        } catch (const std::exception&) { // out of memory
            log_->drop();
        }
    }
    return report;
}

/// A file that was emptied by mistake takes no plug away. Empty = it may be gone over to.
std::string daemon::why_not_empty(const settings& wanted) const {
    const auto running = settings_.engine.plugs.size();
    if (!wanted.engine.plugs.empty() || running == 0) {
        return {};
    }
    return wanted.config_file->string() + ": the file holds no plug; " + std::to_string(running) +
           (running == 1 ? " runs on" : " run on") + " (plug reload --empty takes all away)";
}

reload_report daemon::go_over(bool may_be_empty) {
    reload_report report;
    if (!may_reload_ || !read_again_) {
        report.problems.emplace_back(may_reload_ ? "the plug runs from no file"
                                                 : "the plug starts or stops at this moment");
        return report;
    }
    auto wanted = read_again_();
    if (!wanted) {
        report.problems = lines_of(wanted.why);
        return report;
    }
    if (auto why = why_not_empty(*wanted); !may_be_empty && !why.empty()) {
        report.problems.push_back(std::move(why));
        return report;
    }
    if (auto why = why_no_session_log(wanted->session_log); !why.empty()) {
        report.problems.push_back(std::move(why));
        return report;
    }
    // What may fail for want of memory comes before the engine, and changes nothing.
    auto changes = changes_between(settings_, *wanted.value);
    auto waiting = waiting_changes(settings_, *wanted.value);
    const auto logged = log_options_of(*wanted.value);
    if (const auto failure = engine_->reload(wanted->engine)) {
        report.problems.push_back(failure->message);
        return report;
    }
    report.done = true;
    report.changes = std::move(changes);
    report.waiting = std::move(waiting);
    settings_ = *std::move(wanted.value);
    log_->change(logged);
    return report;
}

void daemon::tell(const reload_report& report) {
    for (const auto& each : report.problems) {
        if (!each.starts_with(' ')) { // the others show where it stands
            log_->publish(reload_failed{each});
        }
    }
    for (const auto& each : report.changes) {
        log_->publish(configuration_changed{each});
    }
    for (const auto& each : report.waiting) {
        log_->publish(change_waits{each});
    }
    if (report.done) {
        log_->publish(reloaded{settings_.config_file->string(), report.changes.size()});
    }
}

} // namespace plug
