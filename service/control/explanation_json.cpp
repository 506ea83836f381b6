#include "service/control/explanation_json.hpp"

#include "service/options/plug_arguments.hpp"

#include <boost/json.hpp>

#include <cmath>
#include <string>
#include <string_view>
#include <utility>

namespace plug {

namespace {

namespace json = boost::json;

/// To the millisecond.
double seconds(std::chrono::steady_clock::duration time) {
    return std::round(std::chrono::duration<double, std::milli>(time).count()) / 1000.0;
}

json::value seconds(const std::optional<std::chrono::steady_clock::duration>& time) {
    return time ? json::value(seconds(*time)) : json::value(nullptr);
}

template <typename Value> json::value number(const std::optional<Value>& value) {
    return value ? json::value(*value) : json::value(nullptr);
}

std::string_view name_of(score_kind kind) {
    switch (kind) {
    case score_kind::turn:
        return "turn";
    case score_kind::owed:
        return "owed";
    case score_kind::load:
        return "load";
    case score_kind::rank:
        return "rank";
    case score_kind::none:
        break;
    }
    return "none";
}

json::value access_of(const plug_explanation& told) {
    return {{"admitted", told.admitted},
            {"rule", told.rule ? json::value(to_text(*told.rule)) : json::value(nullptr)},
            {"rules", told.conf.allow.size()}};
}

json::value affinity_of(const plug_explanation& told) {
    json::object made{{"enabled", told.conf.affinity.enabled},
                      {"timeout", told.conf.affinity.timeout.count()},
                      {"target", nullptr},
                      {"left", nullptr},
                      {"usable", nullptr}};
    if (const auto& known = told.pool.affinity) {
        made["target"] = told.conf.targets[known->target].label();
        made["left"] = seconds(known->left);
        made["usable"] = known->usable;
    }
    return made;
}

json::value check_of(const std::optional<check_state>& check) {
    if (!check) {
        return nullptr;
    }
    return {{"kind", name_of(check->kind)},
            {"probed", check->probed},
            {"up", check->up},
            {"reason", check->reason},
            {"ago", seconds(check->ago)},
            {"contrary", check->contrary}};
}

std::optional<std::uint32_t> most_connections(const plug_explanation& told, std::size_t index) {
    const auto& own = told.conf.targets[index].max_connections;
    return own ? own : told.conf.max_connections;
}

bool is_full(const plug_explanation& told, std::size_t index) {
    const auto most = most_connections(told, index);
    return most && told.pool.candidates[index].connections >= *most;
}

std::string_view state_of(const plug_explanation& told, std::size_t index) {
    const auto& each = told.pool.candidates[index];
    const auto& conf = told.conf.targets[index];
    if (each.held_down) {
        return "down by its check";
    }
    if (each.has_failed) {
        return each.may_be_picked ? "to be retried" : "down";
    }
    if (conf.weight == 0) {
        return "weight 0";
    }
    return is_full(told, index) ? "full" : "up";
}

json::value target_of(const plug_explanation& told, std::size_t index) {
    const auto& conf = told.conf.targets[index];
    const auto& each = told.pool.candidates[index];
    return {{"target", conf.label()},
            {"address", to_text(conf.where)},
            {"state", state_of(told, index)},
            {"candidate", each.may_be_picked},
            {"backup", conf.backup},
            {"weight", conf.weight},
            {"connections", each.connections},
            {"max_connections", number(most_connections(told, index))},
            {"slow_start", number(each.share)},
            {"score", number(each.score)},
            {"connects",
             {{"failed", each.has_failed},
              {"failed_ago", seconds(each.failed_ago)},
              {"retry_in", seconds(each.retry_in)}}},
            {"called_down", each.called_down},
            {"check", check_of(told.checks[index])}};
}

bool is_any_full(const plug_explanation& told) {
    for (std::size_t index = 0; index < told.conf.targets.size(); ++index) {
        if (is_full(told, index)) {
            return true;
        }
    }
    return false;
}

json::value pick_of(const plug_explanation& told) {
    const auto& pool = told.pool;
    json::object made{{"target", nullptr}, {"index", nullptr}, {"reason", "refused"}};
    if (told.admitted) {
        made["reason"] = name_of(pool.reason);
    }
    if (told.admitted && pool.picked) {
        made["target"] = told.conf.targets[*pool.picked].label();
        made["index"] = *pool.picked;
    }
    if (told.admitted && pool.reason == pick_reason::none && is_any_full(told)) {
        made["reason"] = "waits";
    }
    return made;
}

} // namespace

json::value to_json(const plug_explanation& told) {
    json::array targets;
    for (std::size_t index = 0; index < told.conf.targets.size(); ++index) {
        targets.push_back(target_of(told, index));
    }
    return {{"plug", told.conf.name},
            {"client", told.client.to_string()},
            {"policy", name_of(told.conf.policy)},
            {"scored_by", name_of(told.pool.scored_by)},
            {"access", access_of(told)},
            {"affinity", affinity_of(told)},
            {"targets", std::move(targets)},
            {"pick", pick_of(told)}};
}

} // namespace plug
