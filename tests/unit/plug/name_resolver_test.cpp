// Names are resolved in the background; only names that need no DNS server are asked for here.
#include "core/plug/name_resolver.hpp"

#include "tests/unit/session/scripted_plug.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <new>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

namespace {

using plug::testing::recording_sink;

std::shared_ptr<plug::destination> named(const char* name) {
    return std::make_shared<plug::destination>(plug::host_port{name, 80, {}});
}

// No name at all (RFC 1035, 2.3.1), so that no server is asked for it.
const char* const impossible = "no..name";

plug::lookup_answer answer(plug::destination::endpoints found) { return {std::move(found), {}}; }

/// A server that answers nobody but whoever asks for `good`. Lives on while a lookup does.
class silent_dns {
public:
    ~silent_dns() { answer_all(); }

    [[nodiscard]] plug::name_lookup lookup() const {
        return [shared = shared_](const plug::host_port& name) {
            if (name.host == "good") {
                return answer({plug::testing::target_address(0)});
            }
            std::unique_lock lock(shared->mutex);
            shared->most = std::max(shared->most, ++shared->waiting);
            shared->changed.notify_all();
            shared->changed.wait(lock, [&] { return shared->answers > 0; });
            --shared->answers;
            --shared->waiting;
            return plug::lookup_answer{};
        };
    }

    void answer_one() { answer_many(1); }
    void answer_all() { answer_many(1'000'000); }

    /// Waits until so many wait for an answer.
    [[nodiscard]] bool reaches(std::size_t count) const {
        std::unique_lock lock(shared_->mutex);
        return shared_->changed.wait_for(lock, 60s, [&] { return shared_->waiting >= count; });
    }

    [[nodiscard]] std::size_t most_at_once() const {
        const std::lock_guard lock(shared_->mutex);
        return shared_->most;
    }

private:
    struct state {
        std::mutex mutex;
        std::condition_variable changed;
        std::size_t waiting = 0;
        std::size_t most = 0;
        std::size_t answers = 0;
    };

    void answer_many(std::size_t count) {
        const std::lock_guard lock(shared_->mutex);
        shared_->answers += count;
        shared_->changed.notify_all();
    }

    const std::shared_ptr<state> shared_ = std::make_shared<state>();
};

void wait_for(plug::name_resolver& resolver) {
    resolver.wait(std::chrono::steady_clock::now() + 60s);
}

} // namespace

BOOST_AUTO_TEST_SUITE(name_resolver)

BOOST_AUTO_TEST_CASE(a_name_gets_its_addresses_with_the_port) {
    recording_sink events;
    plug::name_resolver resolver(events);
    const auto local = named("localhost");
    resolver.ask(local, "web");
    wait_for(resolver);
    BOOST_TEST(!resolver.is_asking(local));
    const auto found = *local->addresses();
    BOOST_TEST_REQUIRE(!found.empty());
    BOOST_TEST(std::all_of(found.begin(), found.end(), [](const auto& each) {
        return each.address().is_loopback() && each.port() == 80;
    }));
    BOOST_TEST(events.all.empty());
}

BOOST_AUTO_TEST_CASE(an_address_that_the_guard_refuses_is_none_and_that_is_told) {
    recording_sink events;
    plug::name_resolver resolver(events);
    const auto local = named("localhost");
    local->guard_with([](const auto& found) {
        return std::string(found.address().is_loopback() ? "leads to this plug itself" : "");
    });
    resolver.ask(local, "web");
    wait_for(resolver);
    BOOST_TEST(local->addresses()->empty());
    const auto told = events.of<plug::name_unresolved>();
    BOOST_TEST_REQUIRE(told.size() == 1U);
    BOOST_TEST(told.front().reason == "leads to this plug itself");
    BOOST_TEST(local->why_unresolved().why == "leads to this plug itself");
}

BOOST_AUTO_TEST_CASE(an_answer_that_is_no_host_address_is_none) {
    for (const auto* const wrong :
         {"0.0.0.0", "::", "::ffff:0.0.0.0", "224.0.0.1", "::ffff:239.1.2.3", "ff02::1",
          "255.255.255.255", "::ffff:255.255.255.255"}) {
        recording_sink events;
        plug::name_resolver resolver(events, [wrong](const plug::host_port& name) {
            return answer({plug::testing::at(wrong, name.port)});
        });
        const auto blocked = named("blocked");
        resolver.ask(blocked, "web");
        wait_for(resolver);
        BOOST_TEST(blocked->addresses()->empty(), wrong);
        const auto told = events.of<plug::name_unresolved>();
        BOOST_TEST_REQUIRE(told.size() == 1U);
        BOOST_TEST(told.front().reason.ends_with(" is not the address of one host"));
    }
}

BOOST_AUTO_TEST_CASE(the_good_addresses_of_an_answer_are_kept_once_and_not_too_many) {
    recording_sink events;
    plug::destination::endpoints found{plug::testing::at("0.0.0.0", 80),
                                       plug::testing::target_address(0),
                                       plug::testing::at("::ffff:10.0.0.1", 80)};
    for (std::uint16_t index = 1; index < 200; ++index) {
        found.push_back(plug::testing::target_address(index));
    }
    plug::name_resolver resolver(events, [&](const plug::host_port&) { return answer(found); });
    const auto many = named("many");
    resolver.ask(many, "web");
    wait_for(resolver);
    BOOST_TEST(many->addresses()->size() == plug::name_resolver::most_addresses);
    BOOST_TEST((many->addresses()->at(0) == plug::testing::target_address(0)));
    BOOST_TEST((many->addresses()->at(1) == plug::testing::target_address(1)));
}

BOOST_AUTO_TEST_CASE(a_name_without_answer_is_told_and_keeps_what_was_known) {
    recording_sink events;
    plug::name_resolver resolver(events);
    const auto unknown = named(impossible);
    const plug::destination::endpoints known{plug::testing::target_address(0)};
    unknown->resolved_to(known);
    resolver.ask(unknown, "web");
    wait_for(resolver);
    BOOST_TEST((*unknown->addresses() == known));
    const auto told = events.of<plug::name_unresolved>();
    BOOST_TEST_REQUIRE(told.size() == 1U);
    BOOST_TEST(told.front().plug == "web");
    BOOST_TEST(told.front().name == impossible);
    BOOST_TEST(!told.front().reason.empty());
}

BOOST_AUTO_TEST_CASE(a_name_is_asked_for_at_most_once_in_the_least_interval) {
    recording_sink events;
    plug::name_resolver resolver(events);
    const auto local = named("localhost");
    const auto start = std::chrono::steady_clock::now();
    resolver.ask(local, "web");
    wait_for(resolver);
    local->resolved_to({});
    for (int each = 0; each < 100; ++each) {
        resolver.ask(local, "web");
    }
    wait_for(resolver);
    const auto took = std::chrono::steady_clock::now() - start;
    BOOST_TEST((local->addresses()->empty() || took >= plug::name_resolver::least_interval));
}

BOOST_AUTO_TEST_CASE(a_name_is_asked_for_again_at_once_where_that_is_wanted) {
    recording_sink events;
    std::atomic<int> lookups = 0;
    plug::name_resolver resolver(events, [&](const plug::host_port&) {
        ++lookups;
        return answer({plug::testing::target_address(0)});
    });
    const auto name = named("db");
    for (int round = 1; round <= 3; ++round) {
        resolver.ask_again(name, "web");
        wait_for(resolver);
        BOOST_TEST(lookups == round);
    }
}

BOOST_AUTO_TEST_CASE(names_without_answer_do_not_hold_up_the_name_of_another_plug) {
    recording_sink events;
    silent_dns dns;
    plug::name_resolver resolver(events, dns.lookup());
    std::vector<std::shared_ptr<plug::destination>> silent;
    for (int index = 0; index < 20; ++index) {
        silent.push_back(named("silent"));
        resolver.ask(silent.back(), "first");
    }
    const auto good = named("good");
    resolver.ask(good, "second");
    const std::vector waited_for{good};
    resolver.wait_for(waited_for, std::chrono::steady_clock::now() + 60s, {});
    BOOST_TEST(!good->addresses()->empty());
    BOOST_TEST(
        std::ranges::all_of(silent, [&](const auto& each) { return resolver.is_asking(each); }));
    BOOST_TEST(dns.most_at_once() <= plug::name_resolver::most_threads);
}

BOOST_AUTO_TEST_CASE(at_the_most_threads_names_that_were_answered_before_come_first) {
    recording_sink events;
    silent_dns dns;
    plug::name_resolver resolver(events, dns.lookup());
    const auto known = named("good");
    resolver.ask(known, "web");
    wait_for(resolver);
    std::vector<std::shared_ptr<plug::destination>> silent;
    for (int index = 0; index < 60; ++index) {
        silent.push_back(named("silent"));
        resolver.ask(silent.back(), "web");
    }
    BOOST_TEST(dns.reaches(plug::name_resolver::most_threads));
    known->resolved_to({});
    resolver.ask_again(known, "web");
    dns.answer_one(); // whichever thread that is takes the known name
    const std::vector waited_for{known};
    resolver.wait_for(waited_for, std::chrono::steady_clock::now() + 60s, {});
    BOOST_TEST(!known->addresses()->empty());
    BOOST_TEST(dns.most_at_once() == plug::name_resolver::most_threads);
}

BOOST_AUTO_TEST_CASE(who_waits_is_let_go_when_that_is_asked_for) {
    recording_sink events;
    silent_dns dns;
    plug::name_resolver resolver(events, dns.lookup());
    const auto silent = named("silent");
    resolver.ask(silent, "web");
    const std::vector waited_for{silent};
    int asked = 0;
    resolver.wait_for(waited_for, std::chrono::steady_clock::time_point::max(),
                      [&] { return ++asked == 3; });
    BOOST_TEST(asked == 3);
    std::thread letting_go([&] { resolver.give_up_waiting(); });
    resolver.wait_for(waited_for, std::chrono::steady_clock::time_point::max(), {});
    resolver.wait(std::chrono::steady_clock::now() + 1h);
    letting_go.join();
    BOOST_TEST(resolver.is_asking(silent));
}

BOOST_AUTO_TEST_CASE(a_lookup_without_memory_fails_and_is_tried_again) {
    recording_sink events;
    std::atomic<int> lookups = 0;
    plug::name_resolver resolver(events, [&](const plug::host_port&) {
        if (++lookups == 1) {
            throw std::bad_alloc();
        }
        return answer({plug::testing::target_address(0)});
    });
    const auto name = named("db");
    resolver.ask_again(name, "web");
    wait_for(resolver);
    BOOST_TEST(name->addresses()->empty());
    BOOST_TEST(events.of<plug::name_unresolved>().size() == 1U);
    resolver.ask_again(name, "web");
    wait_for(resolver);
    BOOST_TEST(name->addresses()->size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_resolver_may_go_while_its_threads_wait_for_answers) {
    recording_sink events;
    silent_dns dns;
    {
        plug::name_resolver resolver(events, dns.lookup());
        resolver.ask(named("silent"), "web");
        BOOST_TEST(dns.reaches(1));
    }
    dns.answer_all();
    BOOST_TEST(events.all.empty());
}

BOOST_AUTO_TEST_CASE(a_resolver_may_go_while_it_is_asked) {
    recording_sink events;
    const auto local = named("localhost");
    for (int round = 0; round < 10; ++round) {
        plug::name_resolver resolver(events);
        resolver.ask(local, "web");
    }
    BOOST_TEST(events.all.empty());
}

BOOST_AUTO_TEST_SUITE_END()
