#include "service/commands/running_plug.hpp"

#include "platform/control_channel.hpp"

#include <iostream>

namespace plug {

std::string default_place() { return platform::default_control_place(default_service_name); }

bool take_place(const given_word& word, std::string& place) {
    if (word.option == "control") {
        place = word.value;
    } else if (word.option == "name") {
        place = platform::default_control_place(word.value);
    }
    return word.option == "control" || word.option == "name";
}

std::optional<std::string> ask_running_plug(const plug_question& question, int& exit_code) {
    constexpr int nobody_answers = 69;
    const auto& place = question.place;
    auto reply = platform::ask_control(place, question.request, question.patience,
                                       question.most_reply_bytes);
    if (reply.is_forbidden) {
        std::cerr << "plug: the plug at " << place << " may be asked by its user and group and by "
                  << "root alone: " << reply.error << '\n';
        exit_code = exit_codes{}.permission;
        return std::nullopt;
    }
    if (!reply.error.empty()) {
        exit_code = nobody_answers;
        std::cerr << "plug: no plug answers at " << place << ": " << reply.error
                  << "\nIs one running from a file, and as the user that may ask it? --control "
                     "names another place.\n";
        return std::nullopt;
    }
    return std::move(reply.bytes);
}

} // namespace plug
