// What the daemon answers to `plug explain` and `plug check --live`.
#include "platform/host.hpp"
#include "service/daemon/daemon.hpp"
#include "service/text/nearest_word.hpp"

namespace plug {

namespace {

std::string no_such_plug(const std::string& name, const std::vector<std::string>& known) {
    const std::vector<std::string_view> candidates(known.begin(), known.end());
    const auto meant = nearest_word(name, candidates);
    std::string text = "no plug is called '" + name + "'";
    if (!meant.empty()) {
        return text + "; did you mean " + std::string(meant) + "?";
    }
    constexpr std::size_t most = 10;
    for (std::size_t index = 0; index < known.size() && index < most; ++index) {
        text += (index == 0 ? "; there is " : ", ") + known[index];
    }
    return text + (known.size() > most ? ", ..." : "");
}

} // namespace

parsed<plug_explanation> daemon::explain(const explain_query& asked) {
    if (!may_reload_) {
        return parsed<plug_explanation>::bad("the plug starts or stops at this moment");
    }
    auto told = engine_->explain(asked.plug, asked.client);
    if (!told) {
        return parsed<plug_explanation>::bad(no_such_plug(asked.plug, engine_->plug_names()));
    }
    return parsed<plug_explanation>::ok(*std::move(told));
}

held_addresses daemon::addresses() {
    held_addresses held{platform::process_id(), {}};
    for (const auto& each : may_reload_ ? engine_->listeners() : std::vector<listener_label>{}) {
        auto& where = held.addresses.emplace_back(listen_address{std::nullopt, each.port});
        if (!each.address.empty()) {
            where.host = boost::asio::ip::make_address(each.address);
        }
    }
    return held;
}

std::vector<std::string> daemon::plug_names() {
    return may_reload_ ? engine_->plug_names() : std::vector<std::string>{};
}

} // namespace plug
