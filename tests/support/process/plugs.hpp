// Plugs that run: the program in the foreground on a port of its own, started in one line.
#pragma once

#include "tests/support/net/stream.hpp"
#include "tests/support/process/program.hpp"

#include <string>
#include <vector>

namespace plug::test {

using words = std::vector<std::string>;

/// A program that listens on a port that the test chose.
class running_plug : public program {
public:
    running_plug(std::uint16_t port, words arguments, start_options options = {});

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    /// A client of it, over 127.0.0.1.
    [[nodiscard]] stream connect(const stream_options& options = {}) const {
        return stream::connect("127.0.0.1", port_, options);
    }

private:
    running_plug(std::uint16_t port, std::size_t listening_before, words arguments,
                 start_options options);

    std::uint16_t port_;
};

/// `plug run 127.0.0.1:PORT TARGETS OPTIONS`
[[nodiscard]] running_plug start_plug(const words& targets, const words& options = {},
                                      start_options conditions = {});

/// `plug -n OPTIONS PORT TARGETS`
[[nodiscard]] running_plug start_plug_2x(const words& options, const words& targets,
                                         start_options conditions = {});

/// The parts in one list.
[[nodiscard]] words together(words first, const words& second);

/// `text` with everything that means something in a regular expression escaped.
[[nodiscard]] std::string literally(const std::string& text);

} // namespace plug::test
