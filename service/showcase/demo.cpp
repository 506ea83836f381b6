#include "service/showcase/demo.hpp"

#include "core/engine/engine.hpp"
#include "platform/host.hpp"
#include "service/options/settings.hpp"
#include "service/showcase/screen.hpp"
#include "service/showcase/show.hpp"
#include "service/showcase/target.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/address_v4.hpp>

#include <algorithm>
#include <atomic>
#include <exception>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

namespace plug {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using std::chrono::milliseconds;

// Everything that exists while the demo runs.
class demo {
public:
    explicit demo(const demo_options& options) : options_(options) {}
    ~demo();
    demo(const demo&) = delete;
    demo& operator=(const demo&) = delete;

    platform::outcome start(std::function<void(int)> finished);
    /// Ends the demo with `exit_code` when its sessions have ended. Any thread may call it.
    void drain(int exit_code);
    void stop_now();

private:
    [[nodiscard]] demo_names names() const;
    [[nodiscard]] plug_config conf() const;
    [[nodiscard]] milliseconds retry() const;
    platform::outcome open();
    void introduce(std::uint16_t port);
    void begin_show(std::uint16_t port);

    demo_options options_;
    // Targets and show share one thread; the plug has a worker of its own.
    asio::io_context context_;
    std::list<demo_target> targets_;
    std::unique_ptr<demo_screen> screen_;
    std::unique_ptr<engine> engine_;
    std::unique_ptr<demo_show> show_;
    std::thread thread_;
    // The host and the show may both ask for the end, each on its own thread.
    std::mutex stopping_;
    bool draining_ = false;
    std::atomic<int> exit_code_ = 0;
};

platform::outcome failure(const start_failure& why) {
    const exit_codes codes;
    switch (why.what) {
    case start_failure::kind::address_in_use:
        return {codes.address_in_use, "demo: " + why.message + "; --port 0 takes a free one"};
    case start_failure::kind::permission:
        return {codes.permission, "demo: " + why.message};
    case start_failure::kind::configuration:
    case start_failure::kind::system:
        break;
    }
    return {codes.system, "demo: " + why.message};
}

std::string url(const tcp::endpoint& server) { return "http://" + to_text(server) + "/"; }

demo_names demo::names() const {
    demo_names known;
    for (const auto& target : targets_)
        known.emplace(to_text(target.address()), target.name());
    return known;
}

// A target that is back should be seen to be back, however short the demo is.
milliseconds demo::retry() const {
    constexpr milliseconds usual{2000};
    if (!options_.seconds)
        return usual;
    return std::clamp<milliseconds>(milliseconds(*options_.seconds) / 8, milliseconds(200), usual);
}

plug_config demo::conf() const {
    plug_config conf;
    conf.name = "demo";
    conf.listen.push_back({asio::ip::address_v4::loopback(), options_.port, {}});
    for (const auto& target : targets_) {
        const auto address = target.address();
        conf.targets.emplace_back(
            host_port{address.address().to_string(), address.port(), address.address()});
    }
    conf.retry = retry();
    return conf;
}

platform::outcome demo::open() {
    try {
        for (const auto* name : {"one", "two", "three"})
            targets_.emplace_back(context_, name);
    } catch (const boost::system::system_error& error) {
        return {exit_codes{}.system, std::string("demo: cannot open a target: ") + error.what()};
    }
    screen_ = std::make_unique<demo_screen>(names());
    configuration config;
    config.plugs.push_back(conf());
    config.grace = std::chrono::seconds(5);
    engine_ = std::make_unique<engine>(std::move(config), *screen_);
    if (const auto why = engine_->open())
        return failure(*why);
    return {};
}

void demo::introduce(std::uint16_t port) {
    const tcp::endpoint plug{asio::ip::address_v4::loopback(), port};
    const auto& two = *std::next(targets_.begin());
    auto text = "One plug and three targets, all in this process:\n  plug   " + url(plug) + "\n";
    for (const auto& target : targets_) {
        text += "  " + target.name() + std::string(7 - target.name().size(), ' ') +
                url(target.address()) + "   control port: " + to_text(target.control_address()) +
                "\n";
    }
    text += "\nTry, in another terminal:\n"
            "  curl " +
            url(plug) +
            "            each time another target answers\n"
            "  curl -X POST " +
            url(two.control_address()) +
            "stop    takes two away\n"
            "  curl " +
            url(plug) +
            "            the others answer, nobody is lost\n"
            "  curl -X POST " +
            url(two.control_address()) + "start   brings it back; found within " +
            std::to_string(retry().count()) + " ms\n\n";
    text += options_.seconds
                ? "Makes requests of its own, takes two away and back, and ends after " +
                      std::to_string(options_.seconds->count()) + " s.\n"
                : std::string("Ctrl-C ends it.\n");
    screen_->say(text);
}

void demo::begin_show(std::uint16_t port) {
    const auto& two = *std::next(targets_.begin());
    demo_stage stage{{asio::ip::address_v4::loopback(), port},
                     two.control_address(),
                     two.name(),
                     *options_.seconds};
    show_ = std::make_unique<demo_show>(std::move(stage), *screen_);
    asio::co_spawn(context_, show_->run(), [this](std::exception_ptr escaped, bool good) {
        drain(!escaped && good ? 0 : 1);
    });
}

platform::outcome demo::start(std::function<void(int)> finished) {
    if (auto bad = open(); bad.exit_code != 0)
        return bad;
    const auto port = engine_->listeners().front().port;
    introduce(port);
    if (options_.seconds)
        begin_show(port);
    engine_->run([] {}, [this, finished] { finished(exit_code_); });
    thread_ = std::thread([this] {
        const auto work = asio::make_work_guard(context_);
        context_.run();
    });
    return {};
}

void demo::drain(int exit_code) {
    const std::lock_guard lock(stopping_);
    if (std::exchange(draining_, true))
        return;
    exit_code_ = exit_code;
    if (show_)
        show_->cancel();
    engine_->drain();
}

void demo::stop_now() {
    const std::lock_guard lock(stopping_);
    engine_->stop_now();
}

// The host returns when the engine has ended; the targets go last, as sessions used them until
// then.
demo::~demo() {
    context_.stop();
    if (thread_.joinable())
        thread_.join();
}

} // namespace

int run_demo(const demo_options& options) {
    demo running(options);
    platform::hosted_program program;
    program.start = [&](std::function<void(int)> finished) {
        return running.start(std::move(finished));
    };
    program.drain = [&] { running.drain(0); };
    program.stop_now = [&] { running.stop_now(); };
    program.reload = [] {};
    program.reopen_logs = [] {};
    return platform::run_hosted(program, {});
}

} // namespace plug
