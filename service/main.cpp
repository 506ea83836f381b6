// The program `plug`: reads its command line and does what it says.
#include "platform/host.hpp"
#include "platform/privileges.hpp"
#include "service/commands/dispatch.hpp"
#include "service/daemon/run_daemon.hpp"
#include "service/file/secrets.hpp"
#include "service/text/harmless.hpp"

#include <exception>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

namespace {

int carry_out(const plug::task& task) { return task.carry_out(); }

int carry_out(const plug::print_command& command) {
    std::cerr << command.notes;
    std::cout << command.text;
    if (!command.text.ends_with('\n')) {
        std::cout << '\n';
    }
    std::cout.flush();
    return std::cout.good() ? 0 : plug::exit_codes().system;
}

int carry_out(const plug::usage_error& error) {
    for (const plug::problem& each : error.problems) {
        std::cerr << "plug: "
                  << plug::harmless(plug::without_credentials(each.where + ": " + each.what))
                  << '\n';
    }
    std::cerr << error.usage;
    if (!error.usage.ends_with('\n')) {
        std::cerr << '\n';
    }
    return error.exit_code;
}

/// What it asks for, and this system does not have.
std::vector<plug::problem> missing_here(const plug::settings& settings) {
    std::vector<plug::problem> missing;
    if (settings.detach && !plug::platform::can_detach()) {
        missing.push_back({"--detach", "this system has no daemons; leave it out, plug stays in "
                                       "the foreground"});
    }
    if (!settings.user.empty() && !plug::platform::can_change_user()) {
        missing.push_back({"--user", "on this system no process becomes another user; leave it "
                                     "out, and give the service an account that may do less"});
    }
    return missing;
}

int carry_out(const plug::run_command& command) {
    if (auto missing = missing_here(command.settings); !missing.empty()) {
        return carry_out(plug::usage_error{std::move(missing), "See plug --help.\n",
                                           command.settings.exits.usage});
    }
    return plug::run_daemon(command.settings, command.read_again);
}

int carry_out(const plug::file_error& error) {
    std::cerr << error.report;
    return error.exit_code;
}

int run(const std::vector<std::string>& words) {
    const auto command = plug::parse_command_line(words, plug::platform::supervised());
    return std::visit([](const auto& each) { return carry_out(each); }, command);
}

} // namespace

int main(int count, char** arguments) {
    try {
        plug::platform::prepare_process();
        // A caller may leave out even the program's name.
        const int first = count > 0 ? 1 : 0;
        return run(std::vector<std::string>(arguments + first, arguments + count));
    } catch (const std::exception& error) {
        std::cerr << "plug: " << error.what() << '\n';
        return plug::exit_codes().system;
    }
}
