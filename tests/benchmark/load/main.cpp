// The load generator of the benchmark: client and server around one proxy, in one thread, so that
// the proxy is what a measurement waits for. Prints one JSON object; the exit code is 1 if anything
// was lost.
#include "tests/benchmark/load/options.hpp"
#include "tests/benchmark/load/work.hpp"

#include <iomanip>
#include <iostream>

namespace load {
namespace {

numbers run(const options& settings) {
    if (settings.work == "bulk") {
        return run_bulk(settings);
    }
    if (settings.work == "connect") {
        return run_connect(settings);
    }
    if (settings.work == "trips") {
        return run_trips(settings);
    }
    if (settings.work == "sessions") {
        return run_sessions(settings);
    }
    return run_half_close(settings);
}

void print(const numbers& found) {
    std::cout << std::setprecision(12) << "{";
    for (std::size_t index = 0; index < found.size(); ++index) {
        std::cout << (index == 0 ? "" : ", ") << '"' << found[index].first
                  << "\": " << found[index].second;
    }
    std::cout << "}\n";
}

} // namespace

void add_cost(numbers& found, const std::string& prefix, const cost& spent, double units) {
    found.emplace_back(prefix + "cpu_s_per_unit", spent.proxy_cpu_ns / 1e9 / units);
    found.emplace_back(prefix + "proxy_busy_percent", spent.proxy_cpu_ns / spent.seconds / 1e7);
    found.emplace_back(prefix + "load_busy_percent", spent.load_cpu_ns / spent.seconds / 1e7);
}

} // namespace load

int main(int count, char** arguments) {
    try {
        const load::options settings = load::parse_options({arguments + 1, arguments + count});
        load::raise_descriptor_limit();
        load::print(load::run(settings));
        return 0;
    } catch (const load::usage_error& error) {
        std::cerr << "benchmark_load: " << error.what() << "\n" << load::usage;
        return 64;
    } catch (const std::exception& error) {
        std::cerr << error.what() << "\n";
        return 1;
    }
}
