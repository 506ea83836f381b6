#include "tests/benchmark/load/probes.hpp"

#include <ctime>
#include <fstream>

namespace load {
namespace {

std::ifstream open_probe(const std::string& path) {
    std::ifstream file(path);
    if (!file) {
        throw failure("cannot read " + path + ": has the proxy ended?");
    }
    return file;
}

double read_cpu_ns(const std::string& path) {
    std::ifstream file = open_probe(path);
    std::string word;
    file >> word;
    if (word != "usage_usec") {
        return std::stod(word);
    }
    double microseconds = 0;
    file >> microseconds;
    return microseconds * 1e3;
}

double read_anonymous_bytes(const std::string& path) {
    std::ifstream file = open_probe(path);
    for (std::string word; file >> word;) {
        double kibibytes = 0;
        if (word == "Pss_Anon:" && file >> kibibytes) {
            return kibibytes * 1024;
        }
    }
    throw failure(path + " has no Pss_Anon");
}

double own_cpu_ns() {
    timespec now{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

} // namespace

double probes::cpu_ns() const {
    double sum = 0;
    for (const std::string& path : cpu_files) {
        sum += read_cpu_ns(path);
    }
    return sum;
}

double probes::anonymous_bytes() const {
    double sum = 0;
    for (const std::string& path : memory_files) {
        sum += read_anonymous_bytes(path);
    }
    return sum;
}

stretch::stretch(const probes& watched)
    : watched_(watched), proxy_cpu_ns_(watched.cpu_ns()), load_cpu_ns_(own_cpu_ns()),
      begin_(clock::now()) {}

cost stretch::finish() const {
    const std::chrono::duration<double> seconds = clock::now() - begin_;
    return {seconds.count(), watched_.cpu_ns() - proxy_cpu_ns_, own_cpu_ns() - load_cpu_ns_};
}

} // namespace load
