// Reads configuration files in tests, good ones and bad ones.
#pragma once

#include "service/file/loader.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace plug::test {

inline const std::filesystem::path folder = std::filesystem::absolute("etc");

inline configuration_file read(const std::string& text, line_3 line = empty_line_3()) {
    return read_configuration_text(text, folder / "plug.toml", std::move(line), false);
}

/// The settings of a file that must be good.
inline settings good(const std::string& text) {
    auto file = read(text);
    BOOST_REQUIRE_MESSAGE(file.report.empty(), text << "\nwas refused: " << file.report);
    return std::move(file.settings);
}

/// The report on a file called `f`.
inline std::string report(const std::string& text) {
    return read_configuration_text(text, "f", empty_line_3(), false).report;
}

/// The lines of the report that name a place.
inline std::string places(const std::string& text) {
    std::string found;
    const auto all = report(text);
    for (std::size_t at = 0; at < all.size();) {
        const auto end = all.find('\n', at) + 1;
        if (all.compare(at, 2, "f:") == 0) {
            found += all.substr(at, end - at);
        }
        at = end;
    }
    return found;
}

inline const std::string good_plug =
    "[plug.web]\nlisten = \"7001\"\ntargets = \"127.0.0.1:7002\"\n";

/// A file, and the lines of its report that name a place.
struct bad_file {
    std::string text;
    std::string places;
};

inline void are_refused(const std::vector<bad_file>& files) {
    for (const auto& file : files) {
        BOOST_TEST(places(file.text) == file.places, file.text << "\ngave\n" << places(file.text));
    }
}

} // namespace plug::test
