#include "service/log/journal_message.hpp"

#include <cstdint>

namespace plug {

void journal_message::add(std::string_view name, std::string_view value) {
    value = value.substr(0, longest_value);
    bytes_ += name;
    if (value.find('\n') == std::string_view::npos) {
        bytes_ += '=';
    } else {
        // A line end in it would end the field: its length goes ahead, 64 bits, lowest byte first.
        bytes_ += '\n';
        std::uint64_t length = value.size();
        for (int byte = 0; byte < 8; ++byte, length >>= 8U) {
            bytes_ += static_cast<char>(length & 0xffU);
        }
    }
    bytes_ += value;
    bytes_ += '\n';
}

} // namespace plug
