// poll(2) by WSAPoll().
#pragma once

#include <sys/socket.h>

inline int poll(pollfd* waiting, unsigned long count, int timeout_ms) {
    return with_errno(WSAPoll(waiting, count, timeout_ms));
}
