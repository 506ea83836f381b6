// On Windows all of it stands in winsock2.h and ws2tcpip.h.
#pragma once

#include <sys/socket.h>
