#include "service/options/privilege_options.hpp"

#include "platform/root_folder.hpp"
#include "service/options/plug_arguments.hpp"

namespace plug {

namespace {

parsed<std::string> parse_account(const std::string& text) {
    if (text.empty()) {
        return parsed<std::string>::bad("is empty; write a name");
    }
    if (text.find(':') != std::string::npos) {
        return parsed<std::string>::bad("'" + text + "' is no name; --group takes the group");
    }
    return parsed<std::string>::ok(text);
}

} // namespace

void apply_user(line_3& line, const std::string& value) {
    take(parse_account(value), "--user", line.settings.user, line.problems);
}

void apply_group(line_3& line, const std::string& value) {
    take(parse_account(value), "--group", line.settings.group, line.problems);
}

void apply_chroot(line_3& line, const std::string& value) {
    take(parse_path(value), "--chroot", line.settings.chroot, line.problems);
}

namespace {

std::string outside(const std::filesystem::path& path, const settings& settings) {
    return path.string() + " lies outside the root folder, " + settings.chroot->string() +
           ", and could not be ";
}

/// The pid file and the control channel are opened before, and so may stand anywhere.
void find_outside(const char* option, const std::optional<std::filesystem::path>& log,
                  const settings& settings, std::vector<problem>& problems) {
    if (log && *log != "-" && !platform::lies_within(*log, *settings.chroot)) {
        problems.push_back({option, outside(*log, settings) + "opened again"});
    }
}

void find_outside(const std::string& where, const std::optional<check_config>& check,
                  const std::string& plug, const settings& settings,
                  std::vector<problem>& problems) {
    if (check && check->kind == check_kind::command && !check->command.empty() &&
        !platform::lies_within(check->command.front(), *settings.chroot)) {
        problems.push_back({where, outside(check->command.front(), settings) + "run", plug});
    }
}

void find_checks_outside(const settings& settings, std::vector<problem>& problems) {
    for (const auto& plug : settings.engine.plugs) {
        find_outside("check", plug.check, plug.name, settings, problems);
        for (const auto& target : plug.targets) {
            find_outside(to_text(target.where), target.check, plug.name, settings, problems);
        }
    }
}

} // namespace

void find_privilege_problems(const settings& settings, std::vector<problem>& problems) {
    const std::string no_user = "means nothing without --user; add it";
    if (settings.user.empty() && !settings.group.empty()) {
        problems.push_back({"group", no_user});
    }
    if (settings.user.empty() && settings.chroot) {
        problems.push_back({"chroot", no_user});
    }
    if (settings.chroot) {
        find_outside("session-log", settings.session_log, settings, problems);
        find_outside("log-to", settings.log_to.file, settings, problems);
        find_checks_outside(settings, problems);
    }
}

} // namespace plug
