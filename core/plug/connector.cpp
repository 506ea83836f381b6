#include "core/plug/connector.hpp"

#include "core/plug/connect_errors.hpp"
#include "core/plug/connect_reply.hpp"

#include <boost/archive/iterators/base64_from_binary.hpp>
#include <boost/archive/iterators/transform_width.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace plug {

using platform::error_code;
using platform::task;

namespace {

attempt failure(attempt::outcome whose, const error_code& error, std::string action) {
    auto what = whose;
    auto reason = error.message();
    if (error == boost::asio::error::operation_aborted) {
        what = attempt::outcome::cancelled;
    } else if (is_shortage(error)) {
        what = attempt::outcome::shortage;
    } else if (lacks_local_address(error)) {
        what = attempt::outcome::no_local_address;
        reason = "no local port or address is free for it (" + reason + ")";
    }
    return {what, error, std::move(action), std::move(reason)};
}

attempt refusal(std::string action, std::string reason) {
    const auto error = make_error_code(boost::asio::error::connection_refused);
    return {attempt::outcome::target_failed, error, std::move(action), std::move(reason)};
}

platform::clock::time_point deadline_after(std::chrono::milliseconds time, const route& way,
                                           const platform::network& network) {
    return std::min(network.now() + time, way.deadline);
}

/// The addresses of the family of the source, where one is set; the others would be reached from an
/// address that nobody asked for.
std::vector<contender> contenders(const route& way, const destination::endpoints& addresses) {
    std::vector<contender> all;
    for (const auto& endpoint : addresses) {
        const auto source = way.outgoing.towards(endpoint.address());
        if (source || way.outgoing == outgoing_addresses{}) {
            all.push_back({endpoint, {source, way.keepalive}});
        }
    }
    return all;
}

/// Why there is nothing to connect to.
attempt nowhere(const destination& where, attempt::outcome whose, const char* action) {
    if (where.addresses()->empty()) {
        auto [error, why] = where.why_unresolved();
        return {whose, error, action, std::move(why)};
    }
    return {whose, make_error_code(boost::system::errc::address_family_not_supported), action,
            "it has no address of the family of the source"};
}

/// Connects to one of the addresses of `where`. A failure is laid to `whose` charge.
task<attempt> connect_to_any(route way, destination& where, attempt::outcome whose,
                             const char* action, platform::connection& made, race_slot& race,
                             platform::network& network) {
    auto all = contenders(way, *where.addresses());
    if (all.empty()) {
        co_return nowhere(where, whose, action);
    }
    const auto deadline = deadline_after(way.connect_timeout, way, network);
    error_code error;
    if (all.size() == 1) {
        error = co_await made.connect(network, all.front().target, all.front().options, deadline);
    } else {
        const platform::executor home = co_await boost::asio::this_coro::executor;
        auto racing = std::make_shared<address_race>(home, network, std::move(all), deadline);
        error = co_await address_race::run(std::move(racing), made, race);
    }
    if (error) {
        co_return failure(whose, error, action);
    }
    if (where.is_name()) {
        where.answered(made.peer());
    }
    co_return attempt{};
}

/// RFC 4648, 4, with padding.
std::string base64(std::string_view text) {
    namespace archive = boost::archive::iterators;
    using encoder =
        archive::base64_from_binary<archive::transform_width<std::string_view::iterator, 6, 8>>;
    std::string encoded(encoder(text.begin()), encoder(text.end()));
    return encoded.append((3 - text.size() % 3) % 3, '=');
}

/// RFC 9110, 9.3.6, with the Host header of 7.2 and Basic credentials of RFC 7617.
std::string connect_request(const std::string& target, const std::string& credentials) {
    std::string request = "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n";
    if (!credentials.empty()) {
        request += "Proxy-Authorization: Basic " + base64(credentials) + "\r\n";
    }
    return request + "\r\n";
}

/// Reads the proxy's reply; what it read too far goes back into `proxy`.
task<attempt> read_reply(platform::connection& proxy, std::string action,
                         platform::clock::time_point deadline) {
    connect_reply reply;
    std::array<char, 1024> buffer;
    while (true) {
        const auto got = co_await proxy.read_some(boost::asio::buffer(buffer), deadline);
        if (got.error) {
            auto failed = failure(attempt::outcome::target_failed, got.error, std::move(action));
            if (got.error == boost::asio::error::timed_out) {
                failed.reason = "no reply from the HTTPS proxy";
            }
            co_return failed;
        }
        if (got.bytes == 0) {
            co_return refusal(std::move(action), "the HTTPS proxy closed without a whole reply");
        }
        const std::string_view bytes(buffer.data(), got.bytes);
        const auto used = reply.feed(bytes);
        if (reply.now() == connect_reply::state::refused) {
            co_return refusal(std::move(action), reply.why());
        }
        if (reply.now() == connect_reply::state::open) {
            proxy.unread(bytes.substr(used));
            co_return attempt{};
        }
    }
}

task<attempt> open_tunnel(route way, const std::string& target, platform::connection& proxy,
                          platform::network& network) {
    const auto deadline = deadline_after(way.via->reply_timeout, way, network);
    std::string action = "CONNECT through " + *way.proxy->label() + " to";
    const auto request = connect_request(target, way.via->credentials);
    const auto error = co_await proxy.write(boost::asio::buffer(request), deadline);
    if (error) {
        proxy.close();
        co_return failure(attempt::outcome::target_failed, error, std::move(action));
    }
    auto answered = co_await read_reply(proxy, std::move(action), deadline);
    if (answered.what != attempt::outcome::connected) {
        proxy.close();
    }
    co_return answered;
}

task<attempt> reach_through_proxy(route way, const destination& wanted, platform::connection& made,
                                  race_slot& race, platform::network& network) {
    auto proxy = co_await connect_to_any(way, *way.proxy, attempt::outcome::proxy_failed,
                                         "connect to the HTTPS proxy", made, race, network);
    if (proxy.what != attempt::outcome::connected) {
        co_return proxy;
    }
    if (network.now() >= way.deadline) { // heard of late, as the process was stopped
        way.deadline = network.now() + way.connect_timeout;
    }
    co_return co_await open_tunnel(way, *wanted.label(), made, network);
}

} // namespace

attempt judge_connect(const error_code& error) {
    return error ? failure(attempt::outcome::target_failed, error, "connect to") : attempt{};
}

bool is_plain(const plug_runtime& plug) noexcept {
    return plug.proxy() == nullptr && !plug.conf.resolve_names;
}

void connect_plainly(const listening& from, std::uint32_t target, platform::connection& made,
                     platform::network& network, platform::connect_observer& observer) {
    const auto& plug = *from.plug;
    const auto& endpoint = plug.target(target)->addresses()->front();
    made.connect(network, endpoint,
                 {from.outgoing.towards(endpoint.address()), plug.conf.keepalive},
                 network.now() + plug.conf.connect_timeout, observer);
}

task<attempt> reach(const listening& from, std::uint32_t target, platform::connection& made,
                    race_slot& race, platform::network& network) {
    const auto& plug = *from.plug;
    const route way{.outgoing = from.outgoing,
                    .keepalive = plug.conf.keepalive,
                    .connect_timeout = plug.conf.connect_timeout,
                    .proxy = plug.proxy().get(),
                    .via = plug.conf.via ? &*plug.conf.via : nullptr};
    return reach(way, *plug.target(target), made, race, network);
}

task<attempt> reach(route way, destination& wanted, platform::connection& made, race_slot& race,
                    platform::network& network) {
    if (way.proxy != nullptr) {
        return reach_through_proxy(way, wanted, made, race, network);
    }
    return connect_to_any(way, wanted, attempt::outcome::target_failed, "connect to", made, race,
                          network);
}

} // namespace plug
