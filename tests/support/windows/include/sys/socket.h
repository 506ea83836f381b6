// Sockets of Windows as the tests write them for Unix: numbers are int, errors stand in errno.
#pragma once

#include <winsock2.h>
#include <ws2tcpip.h>

#include <cerrno>
#include <cstddef>

constexpr int MSG_NOSIGNAL = 0; // there is no such signal
constexpr int SHUT_WR = SD_SEND;
constexpr int SHUT_RDWR = SD_BOTH;

/// The last error of a socket as the number that Unix has for it.
inline void set_errno_of_socket() {
    switch (WSAGetLastError()) {
    case WSAEWOULDBLOCK:
        errno = EAGAIN;
        break;
    case WSAECONNRESET:
    case WSAECONNABORTED: // what Windows calls a reset that it has told of before
    case WSAENETRESET:
        errno = ECONNRESET;
        break;
    case WSAESHUTDOWN:
        errno = EPIPE;
        break;
    case WSAECONNREFUSED:
        errno = ECONNREFUSED;
        break;
    case WSAEADDRINUSE:
        errno = EADDRINUSE;
        break;
    default:
        errno = EIO;
        break;
    }
}

template <typename Result> Result with_errno(Result result) {
    if (result < 0)
        set_errno_of_socket();
    return result;
}

inline int bind(int number, const sockaddr* address, int length) {
    return with_errno(bind(static_cast<SOCKET>(number), address, length));
}

inline int connect(int number, const sockaddr* address, int length) {
    const int result = with_errno(connect(static_cast<SOCKET>(number), address, length));
    if (result < 0 && errno == EAGAIN)
        errno = EINPROGRESS;
    return result;
}

inline int listen(int number, int queue) {
    return with_errno(listen(static_cast<SOCKET>(number), queue));
}

inline int shutdown(int number, int directions) {
    return with_errno(shutdown(static_cast<SOCKET>(number), directions));
}

inline int getsockname(int number, sockaddr* address, int* length) {
    return with_errno(getsockname(static_cast<SOCKET>(number), address, length));
}

inline int getsockopt(int number, int level, int option, void* value, int* length) {
    return with_errno(
        getsockopt(static_cast<SOCKET>(number), level, option, static_cast<char*>(value), length));
}

inline int setsockopt(int number, int level, int option, const void* value, int length) {
    return with_errno(setsockopt(static_cast<SOCKET>(number), level, option,
                                 static_cast<const char*>(value), length));
}

inline int send(int number, const char* bytes, std::size_t length, int flags) {
    return with_errno(send(static_cast<SOCKET>(number), bytes, static_cast<int>(length), flags));
}

inline int recv(int number, char* bytes, std::size_t length, int flags) {
    const int got = recv(static_cast<SOCKET>(number), bytes, static_cast<int>(length), flags);
    // Wine tells of a reset only a read that waits when it comes; to later ones the stream ends.
    WSAPOLLFD asked{static_cast<SOCKET>(number), POLLRDNORM, 0};
    if (got == 0 && WSAPoll(&asked, 1, 0) > 0 && (asked.revents & POLLERR) != 0) {
        errno = ECONNRESET;
        return -1;
    }
    return with_errno(got);
}
