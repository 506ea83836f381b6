#include "core/engine/passed_claims.hpp"

#include <algorithm>

namespace plug {

namespace {

bool is_address_of(const listen_address& where, const platform::passed_socket& passed) {
    if (where.port != passed.local().port()) {
        return false;
    }
    return where.host ? !passed.serves_both_families() && passed.local().address() == *where.host
                      : passed.serves_both_families();
}

bool is_for(const listen_address& where, const platform::passed_socket& passed) {
    return where.passed_name.empty() ? is_address_of(where, passed)
                                     : where.passed_name == passed.name();
}

/// Why `where`, which takes its socket by name, does not take one of these; empty = it does.
std::string fault_of_name(const listen_address& where, const platform::passed_sockets& named) {
    const auto shown = "cannot listen on " + to_text(where) + ": ";
    if (named.empty()) {
        return shown + "the supervisor has passed no socket of that name";
    }
    if (named.size() > 1) {
        return shown + "the supervisor has passed " + std::to_string(named.size()) +
               " sockets of that name; write their addresses, such as " +
               to_text(named.front()->local());
    }
    return {};
}

} // namespace

listen_address address_of(const platform::passed_socket& passed) {
    listen_address made;
    if (!passed.serves_both_families()) {
        made.host = unmapped(passed.local().address());
    }
    made.port = passed.local().port();
    return made;
}

std::shared_ptr<const platform::passed_socket> passed_claims::claim(const listen_address& where,
                                                                    std::string& why) {
    platform::passed_sockets found;
    std::ranges::copy_if(passed_, std::back_inserter(found),
                         [&](const auto& one) { return is_for(where, *one); });
    if (!where.passed_name.empty()) {
        why = fault_of_name(where, found);
    }
    if (found.empty() || !why.empty()) {
        return nullptr;
    }
    if (std::ranges::find(claimed_, found.front()) != claimed_.end()) {
        why = "cannot listen on " + to_text(where) + ": another LISTEN has taken " +
              to_text(*found.front());
        return nullptr;
    }
    claimed_.push_back(found.front());
    return found.front();
}

platform::passed_sockets passed_claims::unclaimed() const {
    platform::passed_sockets left;
    std::ranges::copy_if(passed_, std::back_inserter(left), [this](const auto& one) {
        return std::ranges::find(claimed_, one) == claimed_.end();
    });
    return left;
}

std::string passed_claims::hint(const listen_address& where) const {
    const auto found = std::ranges::find_if(
        passed_, [&](const auto& one) { return one->local().port() == where.port; });
    return found == passed_.end()
               ? std::string()
               : "; the supervisor has passed " + to_text(**found) +
                     ", which is not that address: write it, or fd:" + (*found)->name();
}

std::string to_text(const platform::passed_socket& passed) {
    return to_text(passed.local()) + " (" + passed.name() + ")";
}

} // namespace plug
