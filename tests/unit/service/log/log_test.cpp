#include "service/log/event_log.hpp"
#include "tests/support/process/system_abilities.hpp"
#include "tests/support/process/temporary_directory.hpp"
#include "tests/support/process/waiting.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

using plug::platform::severity;
using plug::test::eventually;
using plug::test::read_file;
using plug::test::temporary_directory;
namespace fs = std::filesystem;

const auto web =
    std::make_shared<const plug::listener_label>(plug::listener_label{"web", "", 8080});
const auto target = std::make_shared<const std::string>("10.0.0.1:80");

plug::session_ended ended() {
    plug::session_record record;
    record.listener = web;
    record.target = target;
    return {record};
}

plug::attempt_failed attempt() { return {web, {}, target, "refused"}; }

/// Remembers the lines that a log writes.
class lines {
public:
    plug::line_writer writer() {
        return [this](const plug::log_line& line) {
            const std::lock_guard lock(mutex_);
            texts_.push_back(line.text);
            severities_.push_back(line.severity);
        };
    }
    std::vector<std::string> texts() {
        const std::lock_guard lock(mutex_);
        return texts_;
    }
    std::vector<severity> severities() {
        const std::lock_guard lock(mutex_);
        return severities_;
    }
    std::size_t count(const std::string& text) {
        const auto all = texts();
        return static_cast<std::size_t>(std::count(all.begin(), all.end(), text));
    }

private:
    std::mutex mutex_;
    std::vector<std::string> texts_;
    std::vector<severity> severities_;
};

/// Hangs at the first line that a log gives it, until it is let go. The log may be gone by then.
class hanging_writer {
public:
    [[nodiscard]] plug::line_writer writer() const {
        return [state = state_](const plug::log_line&) {
            if (std::exchange(state->is_first, false)) {
                state->hangs.set_value();
                state->go_on.get_future().wait();
                state->left.set_value();
            }
        };
    }
    void wait_until_it_hangs() { state_->hangs.get_future().wait(); }
    void let_go() { state_->go_on.set_value(); }
    void wait_until_it_has_left() { state_->left.get_future().wait(); }

private:
    struct shared_state {
        bool is_first = true;
        std::promise<void> hangs;
        std::promise<void> go_on;
        std::promise<void> left;
    };
    const std::shared_ptr<shared_state> state_ = std::make_shared<shared_state>();
};

/// The texts that a log with `options` makes of `happened`.
std::vector<std::string> written_with(const plug::log_options& options,
                                      const std::vector<plug::event>& happened) {
    lines seen;
    plug::event_log log(options);
    log.start(seen.writer());
    for (const auto& event : happened) {
        log.publish(event);
    }
    BOOST_TEST(log.close());
    return seen.texts();
}

plug::log_options debugging(int level) {
    plug::log_options options;
    options.debug = level;
    return options;
}

plug::log_options with_session_log(const temporary_directory& directory) {
    plug::log_options options;
    options.session_log = directory / "sessions";
    return options;
}

using texts = std::vector<std::string>;

const std::vector<plug::event> one_session = {plug::plug_started{web},
                                              plug::session_started{web, {}, target}, ended()};

} // namespace

namespace plug_test {

BOOST_AUTO_TEST_SUITE(log)

BOOST_AUTO_TEST_CASE(sessions_are_silent_unless_they_are_asked_for) {
    BOOST_TEST(written_with({}, one_session) == texts{}, boost::test_tools::per_element());
    plug::log_options with_connections;
    with_connections.log_connections = true;
    const texts expected{"(8080): Plugdaemon started.",
                         "(8080): Connect from 0.0.0.0 to 10.0.0.1:80", "(8080): Complete."};
    BOOST_TEST(written_with(with_connections, one_session) == expected,
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(refusals_and_failures_are_always_written) {
    const auto seen = written_with(
        {}, {plug::client_refused{web, {}}, plug::target_down{web, target, "connect to", "gone"}});
    const texts expected{"(8080): Connect from 0.0.0.0 Refused.",
                         "(8080): connect to 10.0.0.1:80: gone; target is down"};
    BOOST_TEST(seen == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(debugging_shows_sessions_and_attempts_and_tracing_the_whole_record) {
    BOOST_TEST(written_with({}, {attempt()}).empty());
    BOOST_TEST(written_with(debugging(1), {attempt()}).size() == 1U);
    BOOST_TEST(written_with(debugging(1), one_session).size() == 3U);
    const auto traced = written_with(debugging(2), one_session);
    BOOST_REQUIRE(traced.size() == 4U);
    BOOST_TEST(traced.back().starts_with("(8080): session "));
}

BOOST_AUTO_TEST_CASE(the_engine_is_told_what_nobody_reads) {
    plug::log_options options;
    BOOST_TEST(!plug::event_log(options).wants_sessions());
    BOOST_TEST(!plug::event_log(options).wants_attempts());
    options.log_connections = true;
    BOOST_TEST(plug::event_log(options).wants_sessions());
    BOOST_TEST(!plug::event_log(options).wants_attempts());
    options.log_connections = false;
    options.session_log = "-";
    BOOST_TEST(plug::event_log(options).wants_sessions());
    BOOST_TEST(plug::event_log(debugging(1)).wants_sessions());
    BOOST_TEST(plug::event_log(debugging(1)).wants_attempts());
}

BOOST_AUTO_TEST_CASE(a_line_has_the_severity_of_its_event) {
    lines seen;
    plug::event_log log({});
    log.start(seen.writer());
    log.publish(plug::target_down{web, target, "connect to", "gone"});
    log.publish(plug::target_up{web, target});
    log.publish(plug::start_failed{"no\nport"});
    BOOST_TEST(log.close());
    const std::vector<severity> expected{severity::error, severity::notice, severity::error};
    BOOST_TEST((seen.severities() == expected));
    BOOST_TEST(seen.texts().back() == "no\\x0aport");
}

BOOST_AUTO_TEST_CASE(events_from_before_the_start_are_written_after_it) {
    lines seen;
    plug::event_log log({});
    log.publish(plug::target_up{web, target});
    log.start(seen.writer());
    BOOST_TEST(log.close());
    BOOST_TEST(seen.texts().size() == 1U);
}

BOOST_AUTO_TEST_CASE(an_event_is_written_without_waiting_for_the_end) {
    lines seen;
    plug::event_log log({});
    log.start(seen.writer());
    for (std::size_t round = 1; round <= 3; ++round) {
        log.publish(plug::target_up{web, target});
        BOOST_TEST(eventually([&] { return seen.texts().size() == round; }));
    }
}

BOOST_AUTO_TEST_CASE(events_of_many_threads_all_arrive) {
    lines seen;
    plug::event_log log({});
    log.start(seen.writer());
    std::vector<std::thread> workers;
    for (int worker = 0; worker < 4; ++worker) {
        workers.emplace_back([&log] {
            for (int round = 0; round < 1000; ++round) {
                log.publish(plug::target_up{web, target});
            }
        });
    }
    for (auto& worker : workers) {
        worker.join();
    }
    BOOST_TEST(log.close());
    BOOST_TEST(seen.texts().size() == 4000U);
}

BOOST_AUTO_TEST_CASE(a_stuck_log_costs_events_that_are_counted_and_never_the_worker) {
    hanging_writer hanging;
    lines seen;
    plug::log_options options;
    options.capacity = 10;
    plug::event_log log(options);
    log.start([hang = hanging.writer(), write = seen.writer()](const plug::log_line& line) {
        hang(line);
        write(line);
    });
    log.publish(plug::target_up{web, target});
    hanging.wait_until_it_hangs();
    for (int round = 0; round < 25; ++round) {
        log.publish(plug::target_up{web, target});
    }
    hanging.let_go();
    BOOST_TEST(log.close());
    BOOST_TEST(seen.count("(8080): target 10.0.0.1:80 is up again") == 11U);
    BOOST_TEST(seen.count("log: 15 events dropped, the logs are too slow") == 1U);
}

BOOST_AUTO_TEST_CASE(a_log_that_never_goes_on_does_not_keep_the_process) {
    hanging_writer hanging;
    plug::event_log log({});
    log.start(hanging.writer());
    log.publish(plug::target_up{web, target});
    BOOST_TEST(!log.close());
    hanging.let_go();
    hanging.wait_until_it_has_left();
}

BOOST_AUTO_TEST_CASE(a_log_that_throws_loses_lines_and_nothing_else) {
    lines seen;
    plug::event_log log({});
    bool first = true;
    log.start([&, write = seen.writer()](const plug::log_line& line) {
        if (std::exchange(first, false)) {
            throw std::runtime_error("no room");
        }
        write(line);
    });
    log.publish(plug::target_up{web, target});
    BOOST_TEST(eventually([&] {
        log.publish(plug::target_up{web, target});
        return !seen.texts().empty();
    }));
}

BOOST_AUTO_TEST_CASE(the_session_file_is_there_when_opening_it_was_waited_for) {
    const temporary_directory directory;
    lines seen;
    plug::event_log log(with_session_log(directory));
    log.start(seen.writer());
    log.open_files(true);
    BOOST_TEST(fs::exists(directory / "sessions"));
    log.publish(ended());
    BOOST_TEST(log.close());
    BOOST_TEST(read_file(directory / "sessions").ends_with(" 0.0.0.0 10.0.0.1:80 0 0 0\n"));
    BOOST_TEST(seen.texts().empty());
}

BOOST_AUTO_TEST_CASE(reopening_makes_a_renamed_session_file_anew) {
    const temporary_directory directory;
    lines seen;
    plug::event_log log(with_session_log(directory));
    log.start(seen.writer());
    log.open_files(true);
    fs::rename(directory / "sessions", directory / "sessions.1");
    log.open_files(false);
    BOOST_TEST(eventually([&] { return fs::exists(directory / "sessions"); }));
}

BOOST_AUTO_TEST_CASE(a_hanging_log_takes_no_session_line_with_it) {
    const temporary_directory directory;
    auto options = with_session_log(directory);
    options.log_connections = true;
    hanging_writer hanging;
    plug::event_log log(options);
    log.start(hanging.writer());
    log.publish(ended());
    BOOST_TEST(eventually([&] { return !read_file(directory / "sessions").empty(); }));
    hanging.let_go();
    BOOST_TEST(log.close());
}

BOOST_AUTO_TEST_CASE(a_log_that_hangs_delays_no_session_behind_it) {
    const temporary_directory directory;
    hanging_writer hanging;
    plug::event_log log(with_session_log(directory));
    log.start(hanging.writer());
    log.publish(plug::target_up{web, target});
    hanging.wait_until_it_hangs();
    for (int round = 0; round < 3; ++round) {
        log.publish(ended());
    }
    BOOST_TEST(eventually([&] {
        const auto text = read_file(directory / "sessions");
        return std::count(text.begin(), text.end(), '\n') == 3;
    }));
    hanging.let_go();
    BOOST_TEST(log.close());
}

BOOST_AUTO_TEST_CASE(a_log_that_never_goes_on_costs_no_session_its_line_at_the_end) {
    const temporary_directory directory;
    hanging_writer hanging;
    plug::event_log log(with_session_log(directory));
    log.start(hanging.writer());
    log.publish(plug::target_up{web, target});
    log.publish(ended());
    BOOST_TEST(!log.close());
    BOOST_TEST(read_file(directory / "sessions").ends_with(" 0 0 0\n"));
    hanging.let_go();
    hanging.wait_until_it_has_left();
}

BOOST_AUTO_TEST_CASE(sessions_are_written_as_json_from_the_change_on_that_says_so) {
    const temporary_directory directory;
    auto options = with_session_log(directory);
    lines seen;
    plug::event_log log(options);
    log.start(seen.writer());
    log.publish(ended());
    BOOST_TEST(eventually([&] { return !read_file(directory / "sessions").empty(); }));
    options.session_format = plug::session_format::json;
    log.change(options);
    log.publish(ended());
    BOOST_TEST(log.close());
    const auto text = read_file(directory / "sessions");
    BOOST_TEST(text.starts_with("["));
    BOOST_TEST(text.find("\n{\"ended_at\":\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_unwritable_session_file_is_told_once_until_it_heals,
                     *boost::unit_test::precondition(plug::test::removes_open_files)) {
    const temporary_directory directory;
    const auto path = directory.path() / "none" / "sessions";
    plug::log_options options;
    options.session_log = path;
    lines seen;
    plug::event_log log(options);
    log.start(seen.writer());
    log.open_files(true);
    log.open_files(true);
    BOOST_TEST(eventually([&] { return seen.texts().size() == 1U; }));
    fs::create_directory(directory / "none");
    log.open_files(true);
    fs::remove_all(directory / "none");
    log.publish(ended());
    BOOST_TEST(log.close());
    const texts all = seen.texts();
    BOOST_REQUIRE(all.size() == 2U);
    BOOST_TEST(all[1].starts_with("write to " + path.string() + ": "));
}

BOOST_AUTO_TEST_CASE(every_session_under_load_has_its_line_whole) {
    const temporary_directory directory;
    lines seen;
    plug::event_log log(with_session_log(directory));
    log.start(seen.writer());
    for (int round = 0; round < 5000; ++round) {
        log.publish(ended());
    }
    BOOST_TEST(log.close());
    std::ifstream file(directory / "sessions");
    std::size_t count = 0;
    for (std::string line; std::getline(file, line); ++count) {
        BOOST_REQUIRE(line.starts_with("["));
        BOOST_REQUIRE(line.ends_with(" 0 0 0"));
    }
    BOOST_TEST(count == 5000U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace plug_test
