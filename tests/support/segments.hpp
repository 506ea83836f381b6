// What the system tells of a connection. Apart, as the headers that know all of it do not go with
// those of Asio.
#pragma once

namespace plug::test {

/// The number of segments that this connection has got so far (TCP_INFO). Throws.
[[nodiscard]] unsigned segments_received(int socket);

} // namespace plug::test
