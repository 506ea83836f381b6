#include "core/config/address_forms.hpp"

#include "core/config/characters.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace plug {

namespace ip = boost::asio::ip;

namespace {

bool same_bits(std::span<const unsigned char> left, std::span<const unsigned char> right,
               unsigned bits) {
    const std::size_t whole = bits / 8;
    if (!std::equal(left.begin(), left.begin() + static_cast<std::ptrdiff_t>(whole),
                    right.begin())) {
        return false;
    }
    const unsigned rest = bits % 8;
    return rest == 0 || ((left[whole] ^ right[whole]) >> (8 - rest)) == 0;
}

void clear_bits_behind(std::span<unsigned char> bytes, unsigned bits) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const auto first = static_cast<unsigned>(i * 8);
        const unsigned kept = bits > first ? std::min(bits - first, 8U) : 0;
        bytes[i] = static_cast<unsigned char>(bytes[i] & (0xff00U >> kept));
    }
}

network_prefix make_network(const address& base, unsigned bits) {
    if (base.is_v4()) {
        auto bytes = base.to_v4().to_bytes();
        clear_bits_behind(bytes, bits);
        return {ip::address_v4(bytes), bits};
    }
    auto bytes = base.to_v6().to_bytes();
    clear_bits_behind(bytes, bits);
    return {ip::address_v6(bytes), bits};
}

} // namespace

bool network_prefix::contains(const address& client) const noexcept {
    const auto plain = unmapped(client);
    if (plain.is_v4() != base.is_v4()) {
        return false;
    }
    if (plain.is_v4()) {
        return same_bits(plain.to_v4().to_bytes(), base.to_v4().to_bytes(), bits);
    }
    return same_bits(plain.to_v6().to_bytes(), base.to_v6().to_bytes(), bits);
}

parsed<network_prefix> parse_network(std::string_view text) {
    const auto slash = text.find('/');
    auto base = parse_address_as_written(text.substr(0, slash));
    if (!base) {
        return parsed<network_prefix>::bad(std::move(base.why));
    }
    if (text.find('%') != std::string_view::npos) {
        return parsed<network_prefix>::bad("a network takes no scope; leave out the part from % "
                                           "on");
    }
    const unsigned most = base->is_v4() ? 32 : 128;
    auto bits = std::optional(most);
    if (slash != std::string_view::npos) {
        bits = read_number(text.substr(slash + 1), most);
    }
    if (!bits) {
        return parsed<network_prefix>::bad("the number of bits " + quoted(text.substr(slash + 1)) +
                                           " is not a number from 0 to " + std::to_string(most));
    }
    if (base->is_v6() && base->to_v6().is_v4_mapped()) {
        if (*bits < 96) {
            return parsed<network_prefix>::bad("a v4-mapped network takes 96 to 128 bits; better "
                                               "write it as IPv4");
        }
        return parsed<network_prefix>::ok(make_network(unmapped(*base), *bits - 96));
    }
    return parsed<network_prefix>::ok(make_network(*base, *bits));
}

address unmapped(const address& mapped) noexcept {
    if (!mapped.is_v6() || !mapped.to_v6().is_v4_mapped()) {
        return mapped;
    }
    const auto bytes = mapped.to_v6().to_bytes();
    return ip::address_v4({bytes[12], bytes[13], bytes[14], bytes[15]});
}

ip::tcp::endpoint unmapped(const ip::tcp::endpoint& endpoint) noexcept {
    return {unmapped(endpoint.address()), endpoint.port()};
}

std::string to_text(const ip::tcp::endpoint& endpoint) {
    const auto host = endpoint.address().to_string();
    const auto port = std::to_string(endpoint.port());
    return endpoint.address().is_v6() ? "[" + host + "]:" + port : host + ":" + port;
}

std::string to_text(const host_port& target) {
    if (target.numeric && target.port != 0) {
        return to_text(ip::tcp::endpoint(*target.numeric, target.port));
    }
    const auto host = target.numeric ? target.numeric->to_string() : target.host;
    return target.port == 0 ? host : host + ":" + std::to_string(target.port);
}

std::string to_text(const network_prefix& network) {
    return network.base.to_string() + "/" + std::to_string(network.bits);
}

} // namespace plug
