#include "service/showcase/target.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/system/system_error.hpp>

#include <chrono>
#include <exception>
#include <functional>
#include <iostream>
#include <utility>

namespace plug {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using error_code = boost::system::error_code;
using request = http::request<http::string_body>;
using response = http::response<http::string_body>;
using answer_function = std::function<response(const request&)>;

constexpr auto token = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds patience{10};
constexpr std::chrono::milliseconds pause_after_failure{100};

// What can escape here is std::bad_alloc: the one request, or the target, is lost.
void end_of_task(std::exception_ptr escaped) {
    if (escaped)
        std::cerr << "plug demo: a target ran out of memory\n";
}

response text(http::status status, std::string body) {
    response answer{status, 11};
    answer.set(http::field::content_type, "text/plain");
    answer.keep_alive(false);
    answer.body() = std::move(body);
    answer.prepare_payload();
    return answer;
}

// One request for each connection, so that each is a session of its own.
asio::awaitable<void> serve(tcp::socket socket, answer_function answer_for) {
    beast::tcp_stream stream(std::move(socket));
    stream.expires_after(patience);
    beast::flat_buffer buffer;
    request asked;
    const auto [error, read] = co_await http::async_read(stream, buffer, asked, token);
    if (error)
        co_return;
    const auto answer = answer_for(asked);
    co_await http::async_write(stream, answer, token);
    error_code ignored;
    stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
}

// Ends when the acceptor is closed.
asio::awaitable<void> accept_clients(tcp::acceptor& acceptor, answer_function answer_for) {
    asio::steady_timer pause(acceptor.get_executor());
    for (;;) {
        auto [error, socket] = co_await acceptor.async_accept(token);
        if (error == asio::error::operation_aborted || !acceptor.is_open())
            co_return;
        if (error) {
            pause.expires_after(pause_after_failure);
            co_await pause.async_wait(token);
            continue;
        }
        asio::co_spawn(acceptor.get_executor(), serve(std::move(socket), answer_for), end_of_task);
    }
}

response content(const std::string& name, const request& asked) {
    if (asked.target() != "/")
        return text(http::status::not_found, "only / is here\n");
    if (asked.method() != http::verb::get && asked.method() != http::verb::head)
        return text(http::status::method_not_allowed, "GET / is what works here\n");
    auto answer = text(http::status::ok, name + "\n");
    if (asked.method() == http::verb::head)
        answer.body().clear();
    return answer;
}

response change(demo_target& target, error_code error) {
    if (error)
        return text(http::status::service_unavailable,
                    target.name() + ": " + error.message() + "\n");
    return text(http::status::ok, target.name() + (target.listening() ? " listens again\n"
                                                                      : " refuses clients now\n"));
}

response control(demo_target& target, const request& asked) {
    const bool stop = asked.target() == "/stop";
    if (!stop && asked.target() != "/start")
        return text(http::status::not_found, "POST /stop and POST /start are what works here\n");
    if (asked.method() != http::verb::post)
        return text(http::status::method_not_allowed, "use POST\n");
    return change(target, stop ? target.stop() : target.start());
}

void close_quietly(tcp::acceptor& acceptor) {
    error_code ignored;
    acceptor.close(ignored);
}

void throw_if(error_code error) {
    if (error)
        throw boost::system::system_error(error);
}

} // namespace

demo_target::demo_target(asio::io_context& context, std::string name)
    : context_(context), name_(std::move(name)), acceptor_(context),
      control_(context, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
    throw_if(reserve(0));
    address_ = acceptor_.local_endpoint();
    throw_if(start());
    asio::co_spawn(
        context_,
        accept_clients(control_, [this](const request& asked) { return control(*this, asked); }),
        end_of_task);
}

tcp::endpoint demo_target::control_address() const noexcept {
    error_code ignored;
    return control_.local_endpoint(ignored);
}

// A socket that is bound and does not listen refuses clients and keeps the port for start().
error_code demo_target::stop() {
    if (!listening_)
        return {};
    close_quietly(acceptor_);
    listening_ = false;
    return reserve(address_.port());
}

// The address may be taken again while connections of its last life linger.
error_code demo_target::reserve(std::uint16_t port) {
    error_code error;
    acceptor_.open(tcp::v4(), error);
    if (!error)
        acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error)
        acceptor_.bind({asio::ip::address_v4::loopback(), port}, error);
    if (error)
        close_quietly(acceptor_);
    return error;
}

error_code demo_target::start() {
    if (listening_)
        return {};
    error_code error;
    if (!acceptor_.is_open())
        error = reserve(address_.port());
    if (error)
        return error;
    acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error)
        return error;
    listening_ = true;
    asio::co_spawn(
        context_,
        accept_clients(acceptor_, [this](const request& asked) { return content(name_, asked); }),
        end_of_task);
    return {};
}

} // namespace plug
