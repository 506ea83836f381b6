// Words of a file of forwards, and the plugs that are made of them.
#pragma once

#include "service/convert/foreign_forwards.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace plug {

struct word {
    file_position at;
    std::string_view text;
};
using line_of_words = std::vector<word>;

/// The words of one line, between blanks.
[[nodiscard]] line_of_words words_of(std::string_view line, std::uint32_t number);

/// Gives every line that has words to `read`.
template <typename Read> void for_each_line(std::string_view text, Read read) {
    std::uint32_t number = 0;
    for (std::size_t from = 0; from <= text.size();) {
        const auto end = std::min(text.find('\n', from), text.size());
        const auto words = words_of(text.substr(from, end - from), ++number);
        if (!words.empty()) {
            read(words);
        }
        from = end + 1;
    }
}

enum class ip_family { v4, v6 };

/// One forward as it was written. The families say what `*` and `localhost` stand for.
struct forward_words {
    word host;
    word port;
    word target_host;
    word target_port;
    ip_family listen_family = ip_family::v4;
    /// Unset = localhost is a name like others.
    std::optional<ip_family> target_family{};
};

/// Makes plugs of forwards.
class forwards_reader {
public:
    forwards_reader();

    void complain(const word& about, const std::string& what);
    /// Something that is left out, and does no harm.
    void note(const word& about, const std::string& what);

    /// Adds a plug; null = something is wrong with it.
    plug_config* add(const forward_words& forward);

    plug::settings& settings() { return forwards_.settings; }
    [[nodiscard]] read_forwards take() { return std::move(forwards_); }

private:
    std::optional<listen_address> read_listen(const forward_words& forward);
    std::optional<host_port> read_target(const forward_words& forward);

    read_forwards forwards_;
    std::set<std::string> names_;
};

} // namespace plug
