// The processors that a cgroup and the affinity grant.
#include "platform/linux/cpu_quota.hpp"
#include "platform/processors.hpp"

#include <sched.h>

#include <boost/test/unit_test.hpp>

#include <thread>

using plug::platform::processors_of_quota;
using plug::platform::usable_processors;

BOOST_AUTO_TEST_SUITE(processors_linux)

BOOST_AUTO_TEST_CASE(a_quota_is_rounded_up_to_whole_processors) {
    BOOST_TEST(processors_of_quota("200000", "100000").value() == 2U);
    BOOST_TEST(processors_of_quota("150000", "100000").value() == 2U);
    BOOST_TEST(processors_of_quota("1000", "100000").value() == 1U);
    BOOST_TEST(processors_of_quota("25600000000", "1").value() == 100'000U);
}

BOOST_AUTO_TEST_CASE(no_quota_is_no_limit) {
    BOOST_TEST(!processors_of_quota("max", "100000"));
    BOOST_TEST(!processors_of_quota("-1", "100000"));
    BOOST_TEST(!processors_of_quota("", ""));
    BOOST_TEST(!processors_of_quota("100000", "0"));
    BOOST_TEST(!processors_of_quota("100000", "1e5"));
}

BOOST_AUTO_TEST_CASE(the_affinity_of_the_process_is_heeded) {
    std::thread([] {
        cpu_set_t one;
        CPU_ZERO(&one);
        CPU_SET(static_cast<std::size_t>(sched_getcpu()), &one);
        BOOST_REQUIRE(sched_setaffinity(0, sizeof one, &one) == 0); // of this thread
        BOOST_TEST(usable_processors() == 1U);
    }).join();
    BOOST_TEST(usable_processors() >= 1U);
}

BOOST_AUTO_TEST_SUITE_END()
