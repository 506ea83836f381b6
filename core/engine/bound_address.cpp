#include "core/engine/bound_address.hpp"

#include "core/config/overlap.hpp"
#include "core/plug/worker.hpp"
#include "core/session/listener.hpp"
#include "platform/interfaces.hpp"
#include "platform/local_ports.hpp"

#include <utility>

namespace plug {

namespace {

start_failure listen_failure(const listen_address& where, const platform::error_code& error) {
    namespace errc = boost::system::errc;
    start_failure failure;
    const bool is_port = !where.host && where.passed_name.empty();
    const auto shown = (is_port ? "port " : "") + to_text(where);
    failure.message = "cannot listen on " + shown + ": " + error.message();
    if (error == errc::address_in_use) {
        failure.what = start_failure::kind::address_in_use;
    } else if (error == errc::permission_denied || error == errc::operation_not_permitted) {
        failure.what = start_failure::kind::permission;
    }
    return failure;
}

std::vector<platform::network*> networks_of(bound_address::workers all) {
    std::vector<platform::network*> networks;
    for (const auto& each : all) {
        networks.push_back(&each->network());
    }
    return networks;
}

platform::endpoint wanted(const listen_address& where) {
    return {where.host.value_or(boost::asio::ip::address_v6::any()), where.port};
}

std::vector<platform::placed_acceptor> open_acceptors(const listen_address& where, bool keepalive,
                                                      bound_address::workers all, bool beside_own,
                                                      platform::error_code& error) {
    const auto networks = networks_of(all);
    platform::listen_options options;
    options.keepalive = keepalive;
    options.beside_own = beside_own;
    options.dual_stack = !where.host.has_value();
    auto opened = platform::open_acceptors(wanted(where), options, networks, error);
    if (error == boost::system::errc::address_family_not_supported && !where.host) {
        // IPv6 is off on this system.
        options.dual_stack = false;
        opened = platform::open_acceptors({boost::asio::ip::address_v4::any(), where.port}, options,
                                          networks, error);
    }
    return opened;
}

} // namespace

outgoing_addresses resolve_outgoing(const std::string& written) {
    outgoing_addresses found;
    if (written.empty()) {
        return found;
    }
    const auto numeric = parse_address(written);
    const auto addresses =
        numeric ? std::vector<address>{*numeric} : platform::addresses_of_interface(written);
    for (const auto& candidate : addresses) {
        auto& slot = candidate.is_v4() ? found.v4 : found.v6;
        if (!slot) {
            slot = candidate;
        }
    }
    return found;
}

std::optional<bound_address> bound_address::open(const listen_address& where, bool keepalive,
                                                 workers all, std::optional<start_failure>& failure,
                                                 std::size_t own_in_the_way) {
    platform::error_code error;
    std::vector<platform::placed_acceptor> opened;
    if (own_in_the_way != 0 && platform::listening_sockets(wanted(where)) > own_in_the_way) {
        error = boost::asio::error::address_in_use;
    } else {
        opened = open_acceptors(where, keepalive, all, own_in_the_way != 0, error);
    }
    if (error) {
        failure = listen_failure(where, error);
        return std::nullopt;
    }
    return bound_address(where, std::move(opened), nullptr, all);
}

std::optional<bound_address> bound_address::adopt(const passed_socket& passed,
                                                  const listen_address& where, bool keepalive,
                                                  workers all,
                                                  std::optional<start_failure>& failure) {
    platform::error_code error;
    platform::listen_options options;
    options.keepalive = keepalive;
    auto adopted = platform::adopt_acceptors(passed, options, networks_of(all), error);
    if (error) {
        failure = listen_failure(where, error);
        return std::nullopt;
    }
    return bound_address(where, std::move(adopted), passed, all);
}

bound_address::bound_address(listen_address where, std::vector<platform::placed_acceptor> opened,
                             passed_socket passed, workers all) noexcept
    : where_(std::move(where)), workers_(all), opened_(std::move(opened)),
      passed_(std::move(passed)) {}

bound_address::bound_address(bound_address&&) noexcept = default;
bound_address& bound_address::operator=(bound_address&&) noexcept = default;
bound_address::~bound_address() = default;

bool bound_address::is_at(const listen_address& where, const passed_socket& passed) const noexcept {
    if (passed_ || passed) {
        return passed_ == passed;
    }
    return where_.host == where.host && where_.port == where.port;
}

listen_address bound_address::as_bound() const {
    if (passed_) {
        return address_of(*passed_);
    }
    auto made = where_;
    made.port = port();
    return made;
}

std::uint16_t bound_address::port() const {
    return label_ ? label_->port : opened_.front().socket.local().port();
}

bool bound_address::is_in_the_way_of(const listen_address& where) const noexcept {
    return where.port != 0 && where_.port == where.port && overlap(where_, where);
}

std::size_t bound_address::let_overlap() noexcept {
    for (const auto& placed : listeners_) {
        placed.accepting->let_overlap();
    }
    return listeners_.size();
}

bool bound_address::serves(const plug_runtime& plug, const listen_address& where) const {
    return plug_.get() == &plug && where_ == where &&
           served_->outgoing == resolve_outgoing(where.outgoing);
}

bound_address::service bound_address::service_for(std::shared_ptr<plug_runtime> plug,
                                                  const listen_address& where) {
    service made{where, std::move(plug), {}, {}};
    made.label = std::make_shared<const listener_label>(label_for(where, made.plug->conf.name));
    made.served =
        std::make_shared<const listening>(made.plug, made.label, resolve_outgoing(where.outgoing));
    if (listeners_.empty()) {
        make_listeners(made.served);
    }
    return made;
}

void bound_address::serve(service next) noexcept {
    where_ = std::move(next.where);
    plug_ = std::move(next.plug);
    label_ = std::move(next.label);
    served_ = std::move(next.served);
    if (is_started_) {
        for (const auto& placed : listeners_) {
            listener::serve_soon(placed.accepting, served_);
        }
    }
}

listener_label bound_address::label_for(const listen_address& where,
                                        const std::string& plug) const {
    listener_label made{plug, where.host ? where.host->to_string() : std::string{}, 0};
    if (!where.passed_name.empty() && !passed_->serves_both_families()) {
        made.address = passed_->local().address().to_string();
    }
    made.port = port();
    return made;
}

void bound_address::make_listeners(const std::shared_ptr<const listening>& served) {
    for (auto& placed : opened_) {
        auto& home = *workers_[placed.worker];
        listeners_.push_back(
            {std::make_shared<listener>(std::move(placed.socket), served, home, workers_), &home});
    }
    opened_.clear();
}

void bound_address::start(event_sink& events) noexcept {
    is_started_ = true;
    for (const auto& placed : listeners_) {
        listener::start(placed.accepting, events);
    }
}

void bound_address::close() noexcept {
    // The last reference must go on the worker's thread, which the acceptor belongs to.
    for (auto& placed : listeners_) {
        listener::stop_soon(std::move(placed.accepting));
    }
    listeners_.clear();
    passed_.reset();
}

} // namespace plug
