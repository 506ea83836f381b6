// What the line of one session costs the thread of the session file, in either form.
#include "service/log/record_file.hpp"
#include "service/log/record_json.hpp"

#include <benchmark/benchmark.h>

#include <memory>
#include <string>

namespace {

using namespace plug;

session_record record() {
    session_record made;
    made.listener = std::make_shared<const listener_label>(listener_label{"web", "", 8080});
    made.client = {boost::asio::ip::make_address("192.0.2.7"), 40312};
    made.target = std::make_shared<const std::string>("10.0.0.1:80");
    made.from_client = 512;
    made.from_target = 20'480;
    made.until_connected = std::chrono::microseconds(250);
    made.duration = std::chrono::microseconds(1'830'042);
    made.ended_at = std::chrono::system_clock::now();
    made.phase = session_phase::relaying;
    return made;
}

template <typename Format> void one_line(benchmark::State& state) {
    Format format(4711);
    auto session = record();
    std::string lines;
    for (auto _ : state) {
        lines.clear();
        session.ended_at += std::chrono::microseconds(20);
        format.append_to(lines, session);
        benchmark::DoNotOptimize(lines);
    }
    state.SetItemsProcessed(state.iterations());
}

BENCHMARK(one_line<session_line_format>);
BENCHMARK(one_line<session_json_format>);

} // namespace

BENCHMARK_MAIN();
