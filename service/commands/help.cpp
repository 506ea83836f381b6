#include "service/commands/help.hpp"

#include "platform/usual_paths.hpp"
#include "service/options/table.hpp"

#include <algorithm>
#include <string_view>

namespace plug {

namespace {

constexpr std::size_t help_column = 30;
constexpr std::size_t widest_line = 80;

constexpr const char* examples = R"(Examples:
  Listen on port 8080 and share the connections between two web servers:
      plug run 8080 10.0.0.1:80 10.0.0.2:80
  The same as a daemon; each client keeps its server:
      plug 8080 10.0.0.1:80 10.0.0.2:80 --sticky --pid-file /run/plug.pid
  One server, and a spare that is used while the first is down:
      plug run 127.0.0.1:5432 10.0.0.1 10.0.0.2 --first
  Accept clients of one network only, and print each session as it ends:
      plug run '[::1]:443' 10.0.0.1 --allow fd00::/8 --session-log -
  Many plugs from one file; look through the file first:
      plug check plug.toml
      plug run --config plug.toml
  See it balance and fail over, without any setup:
      plug demo
  What is an old command line as a configuration file?
      plug convert -- -nlk -P /run/plug.pid 443 10.0.0.1

)";

constexpr const char* commands = R"(Commands:
  run              run a plug in the foreground; without the word, it detaches
                   (or, with --config FILE, the plugs of a file)
  check [--live] [FILE]
                   tell what is wrong with a configuration file; 0 or 78.
                   With --live, bind, resolve and connect as it would, too; the
                   ports of the plug that runs are free to it [--control PATH]
                   [--name NAME of the service]
  config [FILE]    print a configuration file with all its defaults, and secrets
                   as ***, but for [--show-secrets]
  reload           have the plug that runs a file read it again, and tell what
                   came of it; to a file without a plug only with [--empty]
                   [--control PATH] [--name NAME of the service]
  explain PLUG CLIENT
                   what the plug that runs would do with that client, and why:
                   rule, affinity, every target with its health, and the pick
                   [--json] [--control PATH] [--name NAME of the service]
  demo             three small web servers and a plug in front of them
                   [--port PORT (8080; 0 = any)] [--seconds NUMBER]
  convert          print a command line as a configuration file, or one of 2.x
                   as one of 3.0, passwords included
                   [--from 2.x|3.0] [--to file|command-line] -- arguments
                   or a script of 2.x lines, or the forwards of another program,
                   as a configuration file: --from 2.x|rinetd|portproxy FILE
                   (portproxy: what netsh interface portproxy show all or dump
                   has printed; - is the input). --append FILE adds to a file
  service          plug as a service of Windows: install, configure, uninstall,
                   start, stop, restart or status [--name NAME (plugdaemon)]
                   install and configure take [--start auto|delayed|manual]
                   [--account ACCOUNT] and --config FILE, or -- and a plug
  help, version

LISTEN is a port, address:port or [v6]:port; a port alone is all addresses. A
socket that systemd passes is taken by its address, or by its name: fd:NAME.
Behind it, /address or /interface is what connections are made from, as with
--source. A TARGET is an address, with :port where it is not the port of LISTEN.
A DURATION is a number and us, ms, s, min, h or d.
A file has [process] and, for each plug, [plug.NAME] with listen, targets and
options of this list as keys, such as sticky_timeout = "8h"; a target with
weight, backup or name is a table [[plug.NAME.target]]. What plugs have in
common stands in [defaults]; conf.d/*.toml beside the file may hold more plugs.
See the README.
)";

constexpr const char* closing = R"(
The options of Plugdaemon 2.x (plug -nlk 443 10.0.0.1) are understood too, in a
line of their own. Read more: man plug, or the README.
)";

std::string usage_of_3() {
    return "usage: plug [run] LISTEN TARGET... [--option...]\n"
           "       plug [run] --config FILE [--option of the process...]\n"
           "       plug check [--live] [--control PATH] [FILE]\n"
           "       plug config [--show-secrets] [FILE]\n"
           "       plug reload [--empty] [--control PATH]\n"
           "       plug explain PLUG CLIENT [--json] [--control PATH]\n"
           "       plug demo | convert | service | help | version\n";
}

/// Appends `text` in lines that start at the help column, the first one behind what is there.
void append_wrapped(std::string& made, std::string_view text, std::size_t column) {
    while (!text.empty()) {
        const auto word = text.substr(0, text.find(' '));
        if (column + 1 + word.size() > widest_line) {
            made += "\n" + std::string(help_column - 1, ' ');
            column = help_column - 1;
        }
        made += " " + std::string(word);
        column += 1 + word.size();
        text.remove_prefix(std::min(text.size(), word.size() + 1));
    }
    made += "\n";
}

std::string line_of(const long_option& option) {
    std::string made = "  --" + std::string(option.form.name);
    if (!option.form.value.empty()) {
        made += " " + std::string(option.form.value);
    }
    if (made.size() >= help_column) {
        made += "\n";
    }
    const auto start = made.find('\n') == std::string::npos ? made.size() : 0;
    made += std::string(help_column - 1 - start, ' ');
    append_wrapped(made, option.help, help_column - 1);
    return made;
}

} // namespace

std::string help_text() {
    std::string made = examples + usage_of_3() + "\n" + commands +
                       "Without FILE, check, config and a bare run take\n" +
                       platform::usual_configuration_file().string() + ".\n\n";
    std::string_view group;
    for (const auto& option : long_options()) {
        if (option.group.heading != group) {
            made +=
                std::string(group.empty() ? "" : "\n") + std::string(option.group.heading) + ":\n";
            group = option.group.heading;
        }
        made += line_of(option);
    }
    return made + closing;
}

std::string usage_text_3() { return usage_of_3() + "plug --help tells more.\n"; }

usage_error refused(std::vector<problem> problems) {
    return {std::move(problems), usage_text_3(), exit_codes{}.usage};
}

std::string usage_text_2x() {
    return "usage: plug [-Vndfokl] [-t seconds] [-r seconds] [-P pidfile] [-S file]\n"
           "            [-i address] [-p address] [-a net[/bits]]... [-h host[:port]]\n"
           "            port target[:port] [target[:port]]...\n"
           "plug --help shows the options of 3.0.\n";
}

} // namespace plug
