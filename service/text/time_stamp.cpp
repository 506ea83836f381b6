#include "service/text/time_stamp.hpp"

#include <boost/date_time/c_time.hpp>

#include <array>
#include <cstdio>
#include <cstdlib>

namespace plug {

namespace {

using namespace std::chrono;

/// How far `local`, which is `second` on this machine's clocks, is ahead of UTC.
seconds offset_of(const std::tm& local, std::time_t second) {
    const auto day =
        sys_days(year(local.tm_year + 1900) / month(static_cast<unsigned>(local.tm_mon + 1)) /
                 std::chrono::day(static_cast<unsigned>(local.tm_mday)));
    const auto shown = day + hours(local.tm_hour) + minutes(local.tm_min) + seconds(local.tm_sec);
    return shown.time_since_epoch() - seconds(second);
}

} // namespace

void time_stamp::go_to(std::time_t second) {
    std::tm buffer{};
    // localtime_r() where there is one, its like elsewhere, which does not fill the buffer.
    const std::tm local = *boost::date_time::c_time::localtime(&second, &buffer);
    std::array<char, 32> text{};
    date_and_time_.assign(text.data(),
                          std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &local));
    const auto offset = offset_of(local, second).count() / 60;
    const int length = std::snprintf(
        text.data(), text.size(), "%c%02ld:%02ld", offset < 0 ? '-' : '+',
        static_cast<long>(std::abs(offset) / 60), static_cast<long>(std::abs(offset) % 60));
    zone_.assign(text.data(), static_cast<std::size_t>(length));
    second_ = second;
}

void time_stamp::append_to(std::string& text, system_clock::time_point when) {
    const auto whole = floor<seconds>(when);
    if (const auto second = system_clock::to_time_t(whole); second != second_) {
        go_to(second);
    }
    text += date_and_time_;
    std::array<char, 7> fraction{'.', '0', '0', '0', '0', '0', '0'};
    auto rest = duration_cast<microseconds>(when - whole).count();
    for (auto digit = fraction.rbegin(); rest > 0; ++digit, rest /= 10) {
        *digit = static_cast<char>('0' + rest % 10);
    }
    text.append(fraction.data(), fraction.size());
    text += zone_;
}

} // namespace plug
