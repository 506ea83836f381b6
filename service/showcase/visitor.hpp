// A client of the demo: makes HTTP requests of its own, so that there is something to see.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/http/verb.hpp>

#include <optional>
#include <string>

namespace plug {

/// Asks `server` for `path` and gives the body of a 200 answer without its line feed; nothing where
/// there is no such answer within 10 s.
boost::asio::awaitable<std::optional<std::string>>
visit(boost::asio::ip::tcp::endpoint server, boost::beast::http::verb method, std::string path);

} // namespace plug
