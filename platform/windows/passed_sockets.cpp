// Nobody passes sockets here.
#include "platform/passed_sockets.hpp"

#include <utility>

#include <winsock2.h>

namespace plug::platform {

passed_socket::passed_socket(number_type number, std::string name)
    : number_(number), name_(std::move(name)) {}

passed_socket::~passed_socket() { ::closesocket(number_); }

passed_sockets take_passed_sockets(std::string&) { return {}; }

} // namespace plug::platform
