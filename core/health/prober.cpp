#include "core/health/prober.hpp"

#include "core/plug/connector.hpp"

#include <boost/asio/error.hpp>

#include <array>
#include <string_view>
#include <utility>

namespace plug {

using platform::clock;
using platform::task;
using verdict = probe_result::verdict;

namespace {

/// The time that a target has to close after the farewell.
constexpr std::chrono::seconds leave_patience{1};

probe_result failed(std::string reason) { return {verdict::failed, std::move(reason), false, {}}; }

/// The result of a probe whose connect failed.
probe_result judged(attempt tried, const std::string& awaited) {
    switch (tried.what) {
    case attempt::outcome::connected:
        break;
    case attempt::outcome::target_failed:
        break;
    case attempt::outcome::proxy_failed:
        return {verdict::none, std::move(tried.reason), true, {}};
    case attempt::outcome::shortage:
    case attempt::outcome::no_local_address:
    case attempt::outcome::cancelled:
        return {verdict::none, std::move(tried.reason), false, {}};
    }
    const bool directly = tried.action == "connect to";
    const bool timed_out = directly && tried.error == boost::asio::error::timed_out;
    auto result =
        failed(timed_out ? "timed out waiting for " + awaited
                         : (directly ? "connect" : tried.action + " it") + ": " + tried.reason);
    result.led_astray = directly;
    return result;
}

/// The result of a probe whose connection failed.
probe_result broken(const platform::error_code& error, const std::string& awaited) {
    if (error == boost::asio::error::operation_aborted) {
        return {};
    }
    if (error == boost::asio::error::timed_out) {
        return failed("timed out waiting for " + awaited);
    }
    return failed(error.message() + " while waiting for " + awaited);
}

/// A step that succeeds by so much after its deadline was in time, but is noticed late.
constexpr std::chrono::milliseconds noticed_late{50};

/// If a step was noticed late, the process was stopped: the other steps get the whole time again.
clock::time_point deadline_after_step(clock::time_point deadline, const probe_plan& plan,
                                      const platform::network& network) {
    const auto now = network.now();
    return now < deadline + noticed_late ? deadline : now + plan.check.timeout;
}

task<probe_result> talk_to(std::shared_ptr<const probe_plan> plan, platform::connection& connection,
                           platform::network& network, clock::time_point deadline) {
    auto talk = make_dialogue(plan->check, plan->target->configured());
    std::array<char, 2048> buffer;
    auto next = talk.opening();
    while (next.now == step::state::reading) {
        deadline = deadline_after_step(deadline, *plan, network);
        if (!next.send.empty()) {
            const auto error = co_await connection.write(boost::asio::buffer(next.send), deadline);
            if (error) {
                co_return broken(error, talk.awaited());
            }
        }
        const auto input = co_await connection.read_some(boost::asio::buffer(buffer), deadline);
        if (input.error) {
            co_return broken(input.error, talk.awaited());
        }
        next = input.bytes == 0 ? talk.ended()
                                : talk.feed(std::string_view(buffer.data(), input.bytes));
    }
    if (talk.has_said_more() && next.leave == step::leaving::when_answered) {
        next.leave = step::leaving::at_once;
    }
    const auto what = next.now == step::state::passed ? verdict::passed : verdict::failed;
    auto reason = next.reason;
    co_return probe_result{what, std::move(reason), false, std::move(next)};
}

} // namespace

task<probe_result> probe(std::shared_ptr<const probe_plan> plan, platform::connection& connection,
                         race_slot& race, platform::network& network) {
    const auto deadline = network.now() + plan->check.timeout;
    const route way{.outgoing = plan->outgoing,
                    .connect_timeout = plan->check.timeout,
                    .proxy = plan->proxy.get(),
                    .via = plan->via ? &*plan->via : nullptr,
                    .deadline = deadline};
    auto reached = co_await reach(way, *plan->target, connection, race, network);
    if (reached.what != attempt::outcome::connected) {
        co_return judged(std::move(reached), "the connection");
    }
    co_return co_await talk_to(std::move(plan), connection, network, deadline);
}

task<void> take_leave(step last, platform::connection& connection, platform::network& network) {
    if (!connection) {
        co_return;
    }
    const auto deadline = network.now() + leave_patience;
    platform::error_code error;
    if (!last.send.empty()) {
        error = co_await connection.write(boost::asio::buffer(last.send), deadline);
    }
    std::array<char, 2048> buffer;
    std::size_t heard = 0;
    while (last.leave != step::leaving::at_once && !error && heard < dialogue::limit) {
        const auto input = co_await connection.read_some(boost::asio::buffer(buffer), deadline);
        if (input.error || input.bytes == 0) {
            break;
        }
        heard += input.bytes;
        if (last.leave == step::leaving::when_answered) {
            break;
        }
    }
    connection.close();
}

} // namespace plug
