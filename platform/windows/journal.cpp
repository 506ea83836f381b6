// There is no journal on this system.
#include "platform/journal.hpp"

#include <utility>

namespace plug::platform {

bool standard_error_is_journal() noexcept { return false; }

bool knows_journal() noexcept { return false; }

journal::journal(std::string socket) : socket_(std::move(socket)) {}

journal::~journal() = default;

std::unique_ptr<journal> journal::open(boost::system::error_code& failed,
                                       const std::string& socket) {
    std::unique_ptr<journal> none(new journal(socket));
    failed = none->connect();
    return nullptr;
}

void journal::close() noexcept { descriptor_ = -1; }

boost::system::error_code journal::connect() noexcept {
    close();
    return make_error_code(boost::system::errc::function_not_supported);
}

boost::system::error_code journal::send(std::string_view) noexcept { return connect(); }

} // namespace plug::platform
