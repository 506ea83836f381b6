#include "service/options/privilege_options.hpp"

#include "platform/root_folder.hpp"
#include "service/options/table.hpp"

namespace plug {

namespace {

std::string outside(const std::filesystem::path& path, const settings& settings) {
    return path.string() + " lies outside the root folder, " + settings.chroot->string() +
           ", and could not be ";
}

/// The pid file and the control channel are opened before, and so may stand anywhere.
void find_logs_outside(const settings& settings, std::vector<problem>& problems) {
    for (const auto& option : long_options()) {
        if (!option.traits.is_opened_again) {
            continue;
        }
        const auto& log = option.value.path_in(settings);
        if (log && *log != "-" && !platform::lies_within(*log, *settings.chroot)) {
            problems.push_back(
                {std::string(option.form.name), outside(*log, settings) + "opened again"});
        }
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
    if (settings.chroot) {
        find_logs_outside(settings, problems);
        find_checks_outside(settings, problems);
    }
}

} // namespace plug
