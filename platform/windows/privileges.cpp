#include "platform/privileges.hpp"

namespace plug::platform {

// A process of Windows stays who it was started as; what a service may do is up to its account.

namespace {

constexpr const char* no_change = "this system has no change of the user";

} // namespace

bool can_change_user() noexcept { return false; }

bool started_as_root() noexcept { return false; }

// That is said by access control lists, which are not looked at.
bool anyone_may_write(const std::filesystem::path&) noexcept { return false; }

std::optional<account> find_account(const std::string&, const std::string&, std::string& why) {
    why = no_change;
    return std::nullopt;
}

std::string why_untrusted(const std::filesystem::path&, const std::optional<account>&) {
    return {};
}

bool runs_as(const account&) noexcept { return false; }

void give_log_file(const std::filesystem::path&, const account&) noexcept {}

void give_socket(const std::filesystem::path&, const account&) noexcept {}

std::string become(const account&, const std::filesystem::path&) { return no_change; }

} // namespace plug::platform
