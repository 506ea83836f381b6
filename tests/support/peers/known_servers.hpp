// Servers of Debian's packages as their makers configure them, as far as a directory and a port of
// a test allow: what they write into their logs is what they write everywhere.
#pragma once

#include "tests/support/peers/real_server.hpp"

namespace plug::test {

void be_nginx(real_server& server);
/// The same, with TLS.
void be_nginx_with_tls(real_server& server);
void be_postgresql(real_server& server);
void be_redis(real_server& server);
/// MariaDB, with one user more, who has neither password nor rights; empty = none.
void be_mariadb(real_server& server, const std::string& user);
void be_openssh(real_server& server);
/// Exim.
void be_mail_server(real_server& server);

} // namespace plug::test
