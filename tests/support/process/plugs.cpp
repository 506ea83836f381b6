#include "tests/support/process/plugs.hpp"

#include "tests/support/net/ports.hpp"

namespace plug::test {

running_plug::running_plug(std::uint16_t port, words arguments, start_options options)
    : running_plug(port, listening_sockets(port), std::move(arguments), std::move(options)) {}

running_plug::running_plug(std::uint16_t port, std::size_t listening_before, words arguments,
                           start_options options)
    : program(std::move(arguments), std::move(options)), port_(port) {
    wait_until_listening(port_, listening_before);
}

words together(words first, const words& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

running_plug start_plug(const words& targets, const words& options, start_options conditions) {
    const std::uint16_t port = reserve_port();
    const words line = together(together({"run", join("127.0.0.1", port)}, targets), options);
    return {port, line, std::move(conditions)};
}

running_plug start_plug_2x(const words& options, const words& targets, start_options conditions) {
    const std::uint16_t port = reserve_port();
    const words line =
        together(together(together({"-n"}, options), {std::to_string(port)}), targets);
    return {port, line, std::move(conditions)};
}

std::string literally(const std::string& text) {
    std::string escaped;
    for (const char letter : text) {
        if (std::string_view(".[]{}()*+?^$|\\").find(letter) != std::string_view::npos)
            escaped += '\\';
        escaped += letter;
    }
    return escaped;
}

} // namespace plug::test
