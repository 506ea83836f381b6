// An address that this process listens on, and the plug that its clients are for.
#pragma once

#include "core/config/configuration.hpp"
#include "core/engine/passed_claims.hpp"
#include "core/plug/plug_runtime.hpp"
#include "platform/transport/transport.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace plug {

class listener;
class worker;

/// Why the engine could not start, or could not go over to another configuration.
struct start_failure {
    enum class kind { address_in_use, permission, configuration, system };
    kind what = kind::system;
    /// One line that names the address.
    std::string message;
};

/// The local addresses that the outgoing side of a LISTEN, an address or an interface, stands for
/// now; none where nothing is written.
[[nodiscard]] outgoing_addresses resolve_outgoing(const std::string& written);

/// Life: open(), serve(), start(); then serve() again where a reload changes the plug behind it,
/// and close(). Belongs to the engine's thread.
class bound_address {
public:
    using workers = std::span<const std::unique_ptr<worker>>;

    using passed_socket = std::shared_ptr<const platform::passed_socket>;

    /// Binds and listens. The system queues clients from then on; where the object goes before
    /// serve(), they are reset. `own_in_the_way` = the number of sockets of this process
    /// that are in the way, have let_overlap() and are about to go. On failure `failure` is set,
    /// and the result empty.
    static std::optional<bound_address> open(const listen_address& where, bool keepalive,
                                             workers all, std::optional<start_failure>& failure,
                                             std::size_t own_in_the_way = 0);

    /// The same with a socket that the supervisor has passed, which no other may have at the time.
    static std::optional<bound_address> adopt(const passed_socket& passed,
                                              const listen_address& where, bool keepalive,
                                              workers all, std::optional<start_failure>& failure);

    bound_address(bound_address&&) noexcept;
    bound_address& operator=(bound_address&&) noexcept;
    ~bound_address();

    /// Whether `where` names this address and port, whatever the outgoing side; `passed` is the
    /// socket that it has claimed, null = none.
    [[nodiscard]] bool is_at(const listen_address& where,
                             const passed_socket& passed) const noexcept;

    /// Where it listens, as bound: with the address of a passed socket, and with the port that the
    /// system chose.
    [[nodiscard]] listen_address as_bound() const;

    /// Whether the system refuses to bind `where` while this address is bound.
    [[nodiscard]] bool is_in_the_way_of(const listen_address& where) const noexcept;

    /// Lets what it is in the way of be bound all the same, where the system can; to be called
    /// between start() and close(). Gives the number of its sockets.
    std::size_t let_overlap() noexcept;

    /// What its clients are for.
    struct service {
        listen_address where;
        std::shared_ptr<plug_runtime> plug;
        std::shared_ptr<const listener_label> label;
        std::shared_ptr<const listening> served;
    };

    /// Makes what serve() is to be given: clients for `plug`. `where` is_at() here, and says what
    /// the outgoing side is. Changes nothing that clients see.
    [[nodiscard]] service service_for(std::shared_ptr<plug_runtime> plug,
                                      const listen_address& where);

    /// Clients that are accepted from now on are for that.
    void serve(service next) noexcept;

    /// Takes clients.
    void start(event_sink& events) noexcept;

    /// Takes those that are queued (not of a passed socket), and closes. Returns at once.
    void close() noexcept;

    /// Whether that is what it does already, with the addresses that an interface of the outgoing
    /// side has now.
    [[nodiscard]] bool serves(const plug_runtime& plug, const listen_address& where) const;

    /// What its clients are for.
    [[nodiscard]] const std::shared_ptr<const listening>& served() const noexcept {
        return served_;
    }

    [[nodiscard]] const std::shared_ptr<const listener_label>& label() const noexcept {
        return label_;
    }

private:
    struct placed_listener {
        std::shared_ptr<listener> accepting;
        worker* home;
    };

    bound_address(listen_address where, std::vector<platform::placed_acceptor> opened,
                  passed_socket passed, workers all) noexcept;
    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] listener_label label_for(const listen_address& where,
                                           const std::string& plug) const;
    void make_listeners(const std::shared_ptr<const listening>& served);

    listen_address where_;
    workers workers_;
    std::vector<platform::placed_acceptor> opened_; // until the listeners are made
    passed_socket passed_;                          // null = a socket of its own
    std::vector<placed_listener> listeners_;
    std::shared_ptr<plug_runtime> plug_;
    std::shared_ptr<const listener_label> label_;
    std::shared_ptr<const listening> served_;
    bool is_started_ = false;
};

} // namespace plug
