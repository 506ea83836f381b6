// Sockets that the supervisor has passed, as the workers of the Linux transport share them.
#include "platform/passed_sockets.hpp"
#include "tests/support/transport/transport_worker.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <atomic>

#include <fcntl.h>

using namespace plug::test;
namespace platform = plug::platform;

namespace {

std::shared_ptr<const platform::passed_socket> passed_from(const listener& held) {
    const int number = ::fcntl(held.number(), F_DUPFD_CLOEXEC, 0);
    ::fcntl(number, F_SETFL, ::fcntl(number, F_GETFL) | O_NONBLOCK);
    return std::make_shared<const platform::passed_socket>(number, "web");
}

/// Four workers that share one socket, and count whom they take.
class sharing_workers {
public:
    explicit sharing_workers(const std::shared_ptr<const platform::passed_socket>& passed) {
        std::vector<platform::network*> networks;
        for (auto& each : workers_)
            networks.push_back(&each.network());
        error_code error;
        placed_ = platform::adopt_acceptors(passed, {}, networks, error);
        BOOST_REQUIRE(!error);
        BOOST_REQUIRE(placed_.size() == workers_.size());
        for (std::size_t index = 0; index < workers_.size(); ++index) {
            workers_[index].start();
            ended_.push_back(workers_[index].begin(take_all(index)));
        }
    }

    /// Returns when the acceptors have ended.
    void stop() {
        for (std::size_t index = 0; index < workers_.size(); ++index) {
            workers_[index].call([&] { placed_[index].socket.stop(); });
            transport_worker::outcome_of(ended_[index]);
        }
    }
    ~sharing_workers() {
        for (auto& each : workers_)
            each.stop();
    }

    [[nodiscard]] std::size_t taken_by(std::size_t index) const { return taken_[index]; }
    [[nodiscard]] std::size_t taken() const {
        return taken_[0] + taken_[1] + taken_[2] + taken_[3];
    }

private:
    task<bool> take_all(std::size_t index) {
        for (;;) {
            auto next = co_await placed_[index].socket.accept();
            if (next.error)
                co_return next.error == asio::error::operation_aborted;
            ++taken_[index];
        }
    }

    std::array<transport_worker, 4> workers_;
    std::array<std::atomic<std::size_t>, 4> taken_{};
    std::vector<platform::placed_acceptor> placed_;
    std::vector<std::future<bool>> ended_;
};

} // namespace

BOOST_AUTO_TEST_SUITE(transport_adopt_linux)

BOOST_AUTO_TEST_CASE(clients_that_come_one_by_one_go_to_every_worker) {
    const listener held;
    sharing_workers workers(passed_from(held));
    constexpr std::size_t clients = 400;
    for (std::size_t count = 1; count <= clients; ++count) {
        const auto client = stream::connect("127.0.0.1", held.port());
        BOOST_REQUIRE(eventually([&] { return workers.taken() == count; }));
    }
    for (std::size_t index = 0; index < 4; ++index)
        BOOST_TEST(workers.taken_by(index) >= clients / 10);
    workers.stop();
}

BOOST_AUTO_TEST_CASE(a_stop_leaves_the_queue_alone_and_another_may_adopt_the_socket) {
    listener held;
    const auto passed = passed_from(held);
    {
        sharing_workers workers(passed);
        const auto client = stream::connect("127.0.0.1", held.port());
        BOOST_REQUIRE(eventually([&] { return workers.taken() == 1; }));
        workers.stop();
        const auto queued = stream::connect("127.0.0.1", held.port());
        const auto later = held.accept(); // whom the workers have not taken
        BOOST_TEST(later.peer_port() == queued.local_port());
    }
    const auto queued = stream::connect("127.0.0.1", held.port());
    sharing_workers workers(passed);
    BOOST_TEST(eventually([&] { return workers.taken() == 1; }));
    workers.stop();
    BOOST_TEST(passed.use_count() == 1);
}

BOOST_AUTO_TEST_SUITE_END()
