// What an operator sees of the program's threads in `top -H`.
#include "tests/support/process/plugs.hpp"
#include "tests/support/process/temporary_directory.hpp"
#include "tests/support/process/waiting.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <set>

using namespace plug::test;

namespace {

std::multiset<std::string> names_of_threads(int process) {
    std::multiset<std::string> names;
    const std::filesystem::path tasks = "/proc/" + std::to_string(process) + "/task";
    for (const auto& task : std::filesystem::directory_iterator(tasks)) {
        auto name = read_file(task.path() / "comm");
        name.pop_back(); // the end of the line
        names.insert(std::move(name));
    }
    return names;
}

} // namespace

BOOST_AUTO_TEST_SUITE(thread_names)

BOOST_AUTO_TEST_CASE(each_thread_says_what_it_does) {
    auto plug = start_plug({"127.0.0.1:1"}, {"--threads", "2"});
    BOOST_TEST(eventually([&] {
        const auto names = names_of_threads(plug.process());
        return names.count("plug-worker") == 2 && names.count("plug-log") >= 1;
    }));
}

BOOST_AUTO_TEST_SUITE_END()
