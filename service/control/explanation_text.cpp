#include "service/control/explanation_text.hpp"

#include "service/text/harmless.hpp"
#include "service/text/text_table.hpp"

#include <boost/json.hpp>

#include <array>
#include <cmath>
#include <cstdio>
#include <string_view>
#include <utility>
#include <vector>

namespace plug {

namespace {

namespace json = boost::json;

/// What a word of the reply says, harmless on a terminal.
std::string text_of(const json::value& told) {
    const auto& text = told.as_string();
    return printable(std::string_view(text.data(), text.size()));
}

std::string rounded(double value, int digits) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%.*f", digits, value);
    return text.data();
}

std::string time_text(const json::value& told) {
    const double seconds = std::max(0.0, told.to_number<double>());
    if (seconds < 10) {
        return rounded(seconds, 1) + " s";
    }
    if (seconds < 120) {
        return rounded(seconds, 0) + " s";
    }
    return seconds < 7200 ? rounded(seconds / 60, 0) + " min" : rounded(seconds / 3600, 1) + " h";
}

std::string access_text(const json::value& access) {
    if (!access.at("rule").is_null()) {
        return "let in by the rule " + text_of(access.at("rule"));
    }
    const auto rules = std::to_string(access.at("rules").to_number<std::uint64_t>());
    return access.at("admitted").as_bool() ? "let in: there are no access rules"
                                           : "refused: no access rule of " + rules + " lets it in";
}

std::string affinity_text(const json::value& affinity) {
    if (!affinity.at("enabled").as_bool()) {
        return "off";
    }
    if (affinity.at("target").is_null()) {
        return "the client is not remembered";
    }
    return "the client sticks to " + text_of(affinity.at("target")) + ", for " +
           time_text(affinity.at("left")) + " from now" +
           (affinity.at("usable").as_bool() ? "" : "; but that may not be picked");
}

std::string failure_text(const json::value& connects) {
    if (!connects.at("failed").as_bool()) {
        return {};
    }
    std::string made = "connect failed";
    if (!connects.at("failed_ago").is_null()) {
        made += " " + time_text(connects.at("failed_ago")) + " ago";
    }
    if (connects.at("retry_in").is_null()) {
        return made;
    }
    return connects.at("retry_in").to_number<double>() <= 0
               ? made + ", its retry time has come"
               : made + ", retry in " + time_text(connects.at("retry_in"));
}

std::string check_text(const json::value& target) {
    const auto& check = target.at("check");
    if (check.is_null()) {
        return {};
    }
    std::string made = text_of(check.at("kind")) + " check";
    if (!check.at("probed").as_bool()) {
        return made + ": no probe yet";
    }
    made += std::string(check.at("up").as_bool() ? " up" : " down") + ", last probe " +
            time_text(check.at("ago")) + " ago";
    if (!check.at("reason").as_string().empty()) {
        made += ": " + text_of(check.at("reason"));
    }
    const bool is_heeded = text_of(target.at("state")) == "down by its check";
    return target.at("called_down").as_bool() && !is_heeded
               ? made + " (not heeded: all are down by their checks)"
               : made;
}

std::string slow_start_text(const json::value& target) {
    const auto& share = target.at("slow_start");
    return share.is_null()
               ? std::string()
               : "slow start: " + std::to_string(share.to_number<std::uint64_t>()) + " %";
}

std::string health_text(const json::value& target) {
    std::string made;
    for (const auto& part :
         {failure_text(target.at("connects")), slow_start_text(target), check_text(target)}) {
        made += (made.empty() || part.empty() ? "" : "; ") + part;
    }
    return made;
}

std::string connections_text(const json::value& target) {
    const auto& most = target.at("max_connections");
    const auto made = std::to_string(target.at("connections").to_number<std::uint64_t>());
    return most.is_null() ? made : made + " of " + std::to_string(most.to_number<std::uint64_t>());
}

std::string score_text(const json::value& score, std::string_view kind) {
    if (score.is_null()) {
        return "-";
    }
    return rounded(score.to_number<double>(), kind == "turn" || kind == "rank" ? 0 : 3);
}

/// The title over the scores; empty = there are none.
std::string score_title(std::string_view kind) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 4> titles{
        {{"turn", "TURN"}, {"owed", "OWED"}, {"load", "LOAD"}, {"rank", "RANK"}}};
    for (const auto& [known, title] : titles) {
        if (kind == known) {
            return std::string(title);
        }
    }
    return {};
}

std::string targets_text(const json::value& told) {
    const auto kind = text_of(told.at("scored_by"));
    const auto title = score_title(kind);
    std::vector<column> columns{{"  TARGET"}, {"STATE"}, {"CONNECTIONS", true}, {"WEIGHT", true}};
    if (!title.empty()) {
        columns.push_back({title, true});
    }
    columns.push_back({"HEALTH"});
    text_table table(std::move(columns));
    const auto& targets = told.at("targets").as_array();
    const auto& picked = told.at("pick").at("index");
    for (std::size_t index = 0; index < targets.size(); ++index) {
        const auto& each = targets[index];
        const bool is_picked = !picked.is_null() && picked.to_number<std::size_t>() == index;
        text_table::row cells{
            (is_picked ? "> " : "  ") + text_of(each.at("target")),
            text_of(each.at("state")) + (each.at("backup").as_bool() ? ", backup" : ""),
            connections_text(each), std::to_string(each.at("weight").to_number<std::uint64_t>())};
        if (!title.empty()) {
            cells.push_back(score_text(each.at("score"), kind));
        }
        cells.push_back(health_text(each));
        table.add(std::move(cells));
    }
    return table.text();
}

/// One phrase for a reason of pick_reason, or for a client that is refused.
std::string why(const std::string& reason) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 12> phrases{
        {{"rotation", "it is its turn"},
         {"first", "the first of the list that may be picked"},
         {"fewest connections", "it has the fewest connections for its weight"},
         {"two at random", "of two drawn by chance, the one with fewer connections for its weight"},
         {"hash", "the client's address belongs there"},
         {"sticky", "the client sticks to it"},
         {"retry after the rest", "it has failed, and its retry time has come"},
         {"backup", "a backup, as no other target may be picked"},
         {"last resort", "all are down, and this one may have come back"},
         {"waits", "it waits for room, as long as the queue lets it"},
         {"none", "there is none left"},
         {"refused", "the client is refused before"}}};
    for (const auto& [known, phrase] : phrases) {
        if (reason == known) {
            return std::string(phrase);
        }
    }
    return reason;
}

std::string pick_text(const json::value& pick) {
    const auto reason = text_of(pick.at("reason"));
    if (!pick.at("target").is_null()) {
        return text_of(pick.at("target")) + ": " + why(reason) + " (" + reason + ")";
    }
    if (reason == "two at random" || reason == "backup") {
        return "left to chance: " + why(reason) + " (" + reason + ")";
    }
    return "none: " + why(reason);
}

} // namespace

std::string explanation_text(const json::value& told) {
    return "plug      " + text_of(told.at("plug")) + ", " + text_of(told.at("policy")) +
           "\nclient    " + text_of(told.at("client")) + ", " + access_text(told.at("access")) +
           "\naffinity  " + affinity_text(told.at("affinity")) + "\n\n" + targets_text(told) +
           "\npick      " + pick_text(told.at("pick")) + "\n";
}

} // namespace plug
