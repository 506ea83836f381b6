#include "core/plug/name_resolver.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <string>

namespace plug {

namespace {

/// In the words of whoever has to mend it. A server that does not answer is no answer about the
/// name (getaddrinfo(3): EAI_AGAIN, EAI_NONAME).
std::string words_for(const boost::system::error_code& error) {
    if (error == boost::asio::error::host_not_found_try_again) {
        return "no answer from DNS";
    }
    if (error == boost::asio::error::host_not_found) {
        return "DNS knows no such name, or no address of it";
    }
    return error ? error.message() : "no address";
}

} // namespace

lookup_answer ask_system(const host_port& name) {
    boost::asio::io_context context(1);
    boost::asio::ip::tcp::resolver resolver(context);
    boost::system::error_code error;
    lookup_answer got;
    for (const auto& entry : resolver.resolve(name.host, std::to_string(name.port), error)) {
        got.found.push_back(entry.endpoint());
    }
    if (got.found.empty()) {
        got.failure = {error ? error : make_error_code(boost::asio::error::host_not_found),
                       words_for(error)};
    }
    return got;
}

} // namespace plug
