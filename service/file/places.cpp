#include "service/file/places.hpp"

#include "service/file/key_names.hpp"

namespace plug {

std::optional<file_position> file_notes::find(const std::string& plug,
                                              const std::string& what) const {
    const auto place = places_.find({plug, what});
    return place == places_.end() ? std::nullopt : std::optional(place->second);
}

file_position file_notes::place_of(const problem& told) const {
    const auto name = told.where.starts_with("--") ? told.where.substr(2) : told.where;
    const auto place = find(told.plug, name);
    return place ? *place : find(told.plug, "").value_or(file_position{});
}

void file_notes::claim(std::vector<problem>& told, file_position at) {
    for (const auto& one : std::exchange(told, {})) {
        problems_.push_back({at, in_words_of_file(one)});
    }
}

void file_notes::place(const problem& told) {
    problems_.push_back({place_of(told), in_words_of_file(told)});
}

void file_notes::complain(file_position at, const std::string& where, const std::string& what) {
    problems_.push_back({at, where + ": " + what});
}

void file_notes::warn(file_position at, const std::string& where, const std::string& what) {
    warnings_.push_back({at, where + ": " + what});
}

} // namespace plug
