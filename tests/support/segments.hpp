// What the system tells of a connection. Apart, as the headers that know all of it do not go with
// those of Asio.
#pragma once

namespace plug::test {

/// The number of segments that this socket has got so far, its SYN included. Throws.
[[nodiscard]] unsigned segments_received(int socket);

} // namespace plug::test
