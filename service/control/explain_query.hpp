// What `plug explain` asks for, as it stands in the request: /explain?plug=NAME&client=ADDRESS.
#pragma once

#include "core/config/address_forms.hpp"
#include "core/config/parsed.hpp"

#include <string>
#include <string_view>

namespace plug {

struct explain_query {
    std::string plug;
    boost::asio::ip::address client;
};

/// The path of the request.
inline constexpr std::string_view explain_path = "/explain";

/// The target of the request (RFC 9112, 3.2.1), all but letters, digits and `-._~` escaped.
[[nodiscard]] std::string to_text(const explain_query& query);

/// Reads what stands behind the `?`. Both must be there, once, and nothing else.
[[nodiscard]] parsed<explain_query> parse_explain_query(std::string_view text);

} // namespace plug
