#include "service/showcase/visitor.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>

#include <chrono>
#include <utility>

namespace plug {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

asio::awaitable<std::optional<std::string>> visit(asio::ip::tcp::endpoint server, http::verb method,
                                                  std::string path) {
    constexpr auto token = asio::as_tuple(asio::use_awaitable);
    beast::tcp_stream stream(co_await asio::this_coro::executor);
    stream.expires_after(std::chrono::seconds(10));
    const auto [no_connection] = co_await stream.async_connect(server, token);
    if (no_connection)
        co_return std::nullopt;
    http::request<http::empty_body> question{method, path, 11};
    question.set(http::field::host, "plug.demo");
    question.set(http::field::connection, "close");
    const auto [not_asked, sent] = co_await http::async_write(stream, question, token);
    if (not_asked)
        co_return std::nullopt;
    beast::flat_buffer buffer;
    http::response<http::string_body> answer;
    const auto [not_answered, read] = co_await http::async_read(stream, buffer, answer, token);
    if (not_answered || answer.result() != http::status::ok)
        co_return std::nullopt;
    auto body = std::move(answer.body());
    while (body.ends_with('\n'))
        body.pop_back();
    co_return body;
}

} // namespace plug
