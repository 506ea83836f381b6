// Whom the daemon becomes while it starts: between opening what root alone may open, and the first
// thread, as threads that exist would stay root.
#include "platform/root_folder.hpp"
#include "service/daemon/daemon.hpp"
#include "service/file/changes.hpp"
#include "service/options/table.hpp"

namespace plug {

namespace {

/// A folder that a configuration does not lie in, and so is no root folder for its plug.
platform::outcome judge_root_folder(const settings& settings, const platform::account& user) {
    const auto& root = *settings.chroot;
    std::error_code error;
    if (!std::filesystem::is_directory(root, error)) {
        return {settings.exits.configuration, "root folder " + root.string() + ": is no folder"};
    }
    if (const auto why = platform::why_untrusted(root / ".", user); !why.empty()) {
        return {settings.exits.configuration, "root folder " + root.string() + ": " + why};
    }
    if (settings.config_file && !platform::lies_within(*settings.config_file, root)) {
        return {settings.exits.configuration, "configuration " + settings.config_file->string() +
                                                  ": lies outside the root folder, " +
                                                  root.string() +
                                                  ", where a reload could not read it"};
    }
    return {};
}

} // namespace

platform::outcome daemon::find_user() {
    if (settings_.user.empty()) {
        return {};
    }
    std::string why;
    user_ = platform::find_account(settings_.user, settings_.group, why);
    if (!user_) {
        return {settings_.exits.configuration, why};
    }
    if (!platform::started_as_root()) {
        if (platform::runs_as(*user_) && !settings_.chroot) {
            user_.reset();
            return {};
        }
        return {settings_.exits.permission,
                "cannot become user " + user_->name + ": plug was not started as root"};
    }
    return settings_.chroot ? judge_root_folder(settings_, *user_) : platform::outcome{};
}

/// The user opens them again, when they are rotated.
void daemon::give_logs() {
    for (const auto& option : long_options()) {
        if (!option.traits.is_opened_again) {
            continue;
        }
        const auto& log = option.value.path_in(settings_);
        if (log && *log != "-") {
            platform::give_log_file(*log, *user_);
        }
    }
}

platform::outcome daemon::become_user() {
    if (!user_) {
        return {};
    }
    give_logs();
    if (control_) {
        platform::give_socket(control_place(), *user_);
    }
    auto why = platform::become(*user_, settings_.chroot.value_or(""));
    return why.empty() ? why_not_readable_again()
                       : platform::outcome{settings_.exits.system, std::move(why)};
}

/// Reads the configuration as a reload would, so that the first one brings no surprise.
platform::outcome daemon::why_not_readable_again() const {
    const auto again = read_again_ ? read_again_() : parsed<settings>::ok(settings_);
    if (!again) {
        return {settings_.exits.configuration, "user " + user_->name +
                                                   " could not reload the configuration: " +
                                                   again.why.substr(0, again.why.find('\n'))};
    }
    if (!settings_.chroot) {
        return {}; // the same file, though somebody may have changed it meanwhile
    }
    const auto changes = changes_between(settings_, *again.value);
    return changes.empty()
               ? platform::outcome{}
               : platform::outcome{settings_.exits.configuration,
                                   "user " + user_->name +
                                       " would reload another configuration: " + changes.front()};
}

} // namespace plug
