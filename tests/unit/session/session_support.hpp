// What the tests of sessions have in common, beside the scripted plug itself.
#pragma once

#include "core/session/session.hpp"
#include "tests/unit/session/scripted_plug.hpp"

#include <boost/test/unit_test.hpp>

#include <optional>

namespace plug::testing {

inline const error_code reset_by_peer = make_error_code(boost::asio::error::connection_reset);
inline const std::optional<error_code> no_answer;

/// The record of the only session that has ended. Nothing is left behind by it.
inline session_record only_record(const scripted_plug& scripted) {
    const auto all = scripted.records();
    BOOST_TEST_REQUIRE(all.size() == 1U);
    BOOST_TEST(scripted.events.of<session_started>().size() == 1U);
    BOOST_TEST(scripted.events.of<internal_error>().empty());
    BOOST_TEST(scripted.connections() == 0U);
    BOOST_TEST(scripted.counted.sessions() == 0U);
    return all.front();
}

/// One target, by a name that has to be resolved.
inline plug_config config_with_name() {
    auto config = config_with(0);
    config.targets.emplace_back(host_port{"localhost", 80, {}});
    config.resolve_names = true;
    return config;
}

/// Cuts every session that runs.
inline void cut(scripted_plug& scripted) {
    scripted.runner.cut_sessions([](std::size_t) {});
    scripted.net.settle();
}

} // namespace plug::testing
