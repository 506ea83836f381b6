#include "tests/benchmark/load/probes.hpp"

#include <cerrno>
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

double clock_ns(clockid_t clock) {
    timespec now{};
    if (::clock_gettime(clock, &now) != 0) {
        throw system_failure("reading a CPU clock", errno);
    }
    return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

double process_cpu_ns(pid_t process) {
    clockid_t clock{};
    if (const int error = ::clock_getcpuclockid(process, &clock); error != 0) {
        throw system_failure("the proxy has ended", error);
    }
    return clock_ns(clock);
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

double own_cpu_ns() { return clock_ns(CLOCK_PROCESS_CPUTIME_ID); }

} // namespace

double probes::cpu_ns() const {
    double sum = 0;
    for (const pid_t process : processes) {
        sum += process_cpu_ns(process);
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
