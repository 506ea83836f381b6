#include "service/showcase/show.hpp"

#include "service/showcase/visitor.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <utility>

namespace plug {

namespace asio = boost::asio;
using boost::beast::http::verb;
using std::chrono::milliseconds;

demo_show::demo_show(demo_stage stage, demo_screen& screen)
    : stage_(std::move(stage)), screen_(screen) {}

asio::awaitable<void> demo_show::visit_once() {
    const auto answer = co_await visit(stage_.plug, verb::get, "/");
    if (cancelled_)
        co_return;
    ++requests_;
    if (answer) {
        ++answers_[*answer];
    } else {
        ++lost_;
        screen_.say("show     a request got no answer");
    }
}

asio::awaitable<void> demo_show::visit_until(clock::time_point end) {
    const auto pause = std::clamp(stage_.length / 40, milliseconds(50), milliseconds(500));
    asio::steady_timer timer(co_await asio::this_coro::executor);
    while (clock::now() < end && !cancelled_) {
        co_await visit_once();
        timer.expires_after(pause);
        co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
    }
}

asio::awaitable<bool> demo_show::command(std::string path) {
    if (cancelled_)
        co_return false;
    const auto answer = co_await visit(stage_.control, verb::post, path);
    screen_.say("show     POST " + path + " to the control port of " + stage_.name + ": " +
                answer.value_or("no answer"));
    co_return answer.has_value();
}

std::string demo_show::summary() const {
    auto text = "show     " + std::to_string(requests_) + " requests";
    for (const auto& [name, count] : answers_)
        text += ", " + std::to_string(count) + " answered by " + name;
    return text + (lost_ == 0 ? ", none lost" : ", LOST: " + std::to_string(lost_));
}

asio::awaitable<bool> demo_show::run() {
    constexpr std::chrono::seconds patience{20};
    const auto begin = clock::now();
    const auto& answers = answers_[stage_.name];
    co_await visit_until(begin + stage_.length * 3 / 10);

    const bool stopped = co_await command("/stop");
    const auto before = answers;
    co_await visit_until(clock::now() + stage_.length / 4);
    const bool was_away = answers == before;

    const bool started = co_await command("/start");
    co_await visit_until(begin + stage_.length);
    const auto give_up = clock::now() + patience;
    while (answers == before && clock::now() < give_up && !cancelled_)
        co_await visit_until(clock::now() + milliseconds(50));

    screen_.say(summary());
    co_return stopped&& was_away&& started&& answers > before&& lost_ == 0;
}

} // namespace plug
