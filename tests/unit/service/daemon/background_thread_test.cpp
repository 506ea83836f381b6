// What takes its time is done elsewhere, and in order.
#include "service/daemon/background_thread.hpp"

#include <boost/test/unit_test.hpp>

#include <future>
#include <string>
#include <thread>

BOOST_AUTO_TEST_SUITE(background_thread)

BOOST_AUTO_TEST_CASE(jobs_are_done_one_after_the_other_on_another_thread) {
    std::promise<void> go;
    std::string done;
    std::thread::id where;
    {
        plug::background_thread jobs;
        jobs.run([&, held = go.get_future().share()] {
            held.wait();
            where = std::this_thread::get_id();
            done += "a";
        });
        jobs.run([&] { done += "b"; });
        go.set_value();
    }
    BOOST_TEST(done == "ab");
    BOOST_TEST((where != std::this_thread::get_id()));
}

BOOST_AUTO_TEST_CASE(after_its_end_a_job_is_done_at_once) {
    plug::background_thread jobs;
    jobs.stop();
    bool done = false;
    jobs.run([&] { done = true; });
    BOOST_TEST(done);
    jobs.stop();
}

BOOST_AUTO_TEST_SUITE_END()
