// The load generator of the benchmark: client and server around one proxy, in one thread, so that
// the proxy is what a measurement waits for. Reads the name of a slice from each line of its input,
// and prints one JSON object when it has begun, after each slice and at the end of the input. The
// exit code is 1 if anything was lost.
#include "tests/benchmark/load/options.hpp"
#include "tests/benchmark/load/work.hpp"

#include <csignal>
#include <iomanip>
#include <iostream>

namespace load {
namespace {

std::unique_ptr<work> make_work(event_loop& loop, const options& settings) {
    if (settings.work == "bulk") {
        return make_bulk(loop, settings);
    }
    if (settings.work == "connect") {
        return make_connect(loop, settings);
    }
    if (settings.work == "trips") {
        return make_trips(loop, settings);
    }
    if (settings.work == "sessions") {
        return make_sessions(loop, settings);
    }
    return make_half_close(loop, settings);
}

void print(const numbers& found) {
    std::cout << std::setprecision(12) << "{";
    for (std::size_t index = 0; index < found.size(); ++index) {
        std::cout << (index == 0 ? "" : ", ") << '"' << found[index].first
                  << "\": " << found[index].second;
    }
    std::cout << "}" << std::endl;
}

void run(const options& settings) {
    event_loop loop;
    loop.limit(settings.limit);
    const std::unique_ptr<work> asked = make_work(loop, settings);
    numbers found;
    asked->begin(found);
    print(found);
    for (std::string part; std::getline(std::cin, part);) {
        found.clear();
        loop.limit(settings.limit);
        asked->slice(part, found);
        print(found);
    }
    loop.limit(settings.limit);
    asked->finish();
    print({});
}

} // namespace

void add_cost(numbers& found, const std::string& prefix, const cost& spent, double units) {
    if (units == 0) {
        throw failure("nothing was done while measuring");
    }
    found.emplace_back(prefix + "cpu_s_per_unit", spent.proxy_cpu_ns / 1e9 / units);
    found.emplace_back(prefix + "proxy_busy_percent", spent.proxy_cpu_ns / spent.seconds / 1e7);
    found.emplace_back(prefix + "load_busy_percent", spent.load_cpu_ns / spent.seconds / 1e7);
}

} // namespace load

int main(int count, char** arguments) {
    try {
        const load::options settings = load::parse_options({arguments + 1, arguments + count});
        load::raise_descriptor_limit();
        std::signal(SIGPIPE, SIG_IGN); // sendfile() has no flag against it
        load::run(settings);
        return 0;
    } catch (const load::usage_error& error) {
        std::cerr << "benchmark_load: " << error.what() << "\n" << load::usage;
        return 64;
    } catch (const std::exception& error) {
        std::cerr << error.what() << "\n";
        return 1;
    }
}
