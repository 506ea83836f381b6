#include "tests/support/peers/known_servers.hpp"

namespace plug::test {

namespace fs = std::filesystem;

namespace {

/// Of plug.example, signed by itself, with nothing to hide.
constexpr const char* certificate = R"(-----BEGIN CERTIFICATE-----
MIIBhjCCASugAwIBAgIUfWlJJtVDSCOUlXMKZdol04UnYD4wCgYIKoZIzj0EAwIw
FzEVMBMGA1UEAwwMcGx1Zy5leGFtcGxlMCAXDTI2MTEyNzExNDExOFoYDzIxMjYx
MTAzMTE0MTE4WjAXMRUwEwYDVQQDDAxwbHVnLmV4YW1wbGUwWTATBgcqhkjOPQIB
BggqhkjOPQMBBwNCAAS32aYCH59Kn61du9nnJ0EMEsgu7N0eCjBX4XE5esj0R7b8
cgBDTqhevFyU+hM4nUgU08M/ZUyw4E6u5wNaUBa3o1MwUTAdBgNVHQ4EFgQUd1K/
guq8R4ZkMX6lAQkEEOBRFcIwHwYDVR0jBBgwFoAUd1K/guq8R4ZkMX6lAQkEEOBR
FcIwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNJADBGAiEA/hN7ysICntFb
NJs7vBKXvb+V5DrlJ4+ayBpWoZ33/5kCIQC/t+7iIfFjY3R6MtDHVd4qJADMcOAE
2IxHz7L17lf2mQ==
-----END CERTIFICATE-----
)";
constexpr const char* certificate_key = R"(-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgHECSRXQYdbf/cf4h
HnJ4fs1PikHHc8SBYHaw/3Qy//2hRANCAAS32aYCH59Kn61du9nnJ0EMEsgu7N0e
CjBX4XE5esj0R7b8cgBDTqhevFyU+hM4nUgU08M/ZUyw4E6u5wNaUBa3
-----END PRIVATE KEY-----
)";

/// `more` belongs to the listener.
void be_nginx_that_listens(real_server& server, const std::string& more) {
    std::string places;
    for (const auto* what : {"client_body", "proxy", "fastcgi", "uwsgi", "scgi"})
        places += std::string(what) + "_temp_path temporary;\n";
    const auto file = server.write("nginx.conf", "daemon off; pid pid; error_log error.log;\n"
                                                 "events {}\n"
                                                 "http {\naccess_log access.log;\n" +
                                                     places + "server { listen " +
                                                     server.address() + more + " } }\n");
    server.write("error.log", "");
    server.will_be({{server_file("usr/sbin/nginx"), "-p", server.directory(), "-c", file, "-e",
                     server.directory() / "error.log"},
                    {},
                    SIGTERM,
                    {"errors", "error.log", "access.log"}});
}

} // namespace

void be_nginx(real_server& server) {
    be_nginx_that_listens(server, "; return 200 'nginx of the test';");
}

void be_nginx_with_tls(real_server& server) {
    server.write("certificate.pem", certificate);
    server.write("key.pem", certificate_key);
    be_nginx_that_listens(server,
                          " ssl; ssl_certificate certificate.pem; ssl_certificate_key key.pem;");
}

void be_postgresql(real_server& server) {
    const fs::path programs = server_file("usr/lib/postgresql/15/bin/postgres").parent_path();
    const auto data = (server.directory() / "data").string();
    server.prepare({programs / "initdb", "-D", data, "-A", "trust", "-U", "plug", "--no-sync",
                    "--no-locale", "-E", "UTF8"});
    server.will_be({{programs / "postgres", "-D", data, "-p", std::to_string(server.port()), "-c",
                     "listen_addresses=127.0.0.1", "-c",
                     "unix_socket_directories=" + server.directory().string()},
                    {},
                    SIGINT}); // SIGTERM waits for those who are connected
}

void be_redis(real_server& server) {
    server.will_be({{server_file("usr/bin/redis-server"), "--port", std::to_string(server.port()),
                     "--bind", "127.0.0.1", "--save", ""},
                    {},
                    SIGTERM,
                    {"output", "errors"}});
}

void be_mariadb(real_server& server, const std::string& user) {
    const auto program = server_file("usr/sbin/mariadbd").string();
    const auto tables = server_file("usr/share/mysql/mysql_system_tables.sql");
    const auto folder = "--lc-messages-dir=" + tables.parent_path().string();
    const auto data = "--datadir=" + server.make_folder("data");
    const std::string small = "--innodb-log-file-size=4M";
    const auto scratch = "--tmpdir=" + server.make_folder("scratch");
    const auto start = server.write(
        "start.sql", "create database mysql;\nuse mysql;\n" + read_file(tables) +
                         read_file(tables.parent_path() / "mysql_system_tables_data.sql") +
                         "flush privileges;\n" +
                         (user.empty() ? "" : "create user " + user + "@'127.0.0.1';\n"));
    server.prepare({"/bin/sh", "-c", "exec \"$0\" \"$@\" <" + start, program, "--no-defaults",
                    "--bootstrap", data, folder, scratch, small});
    server.will_be({{program, "--no-defaults", data, folder, scratch, small,
                     "--bind-address=127.0.0.1", "--port=" + std::to_string(server.port()),
                     "--socket=" + (server.directory() / "socket").string()},
                    {}});
}

void be_openssh(real_server& server) {
    const auto key = (server.directory() / "key").string();
    server.prepare({server_file("usr/bin/ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", key});
    const auto file = server.write(
        "sshd_config", "Port " + std::to_string(server.port()) +
                           "\nListenAddress 127.0.0.1\nPidFile none\nHostKey " + key + "\n");
    server.will_be({{server_file("usr/sbin/sshd"), "-D", "-e", "-f", file}, {}});
}

void be_mail_server(real_server& server) {
    const auto here = server.directory().string();
    const auto file = server.write("exim.conf", "primary_hostname = mail.example\n"
                                                "spool_directory = " +
                                                    here + "\nlog_file_path = " + here +
                                                    "/%slog\nkeep_environment =\n");
    // A copy without the bit that would make it run as root, and the user that it asks for.
    const auto program = server.directory() / "exim";
    fs::copy_file(server_file("usr/sbin/exim4"), program);
    fs::permissions(program,
                    fs::perms::owner_all | fs::perms::others_read | fs::perms::others_exec);
    const auto id = std::to_string(server.user());
    const auto users = server.write("users", "Debian-exim:x:" + id + ":" + id + "::/:/bin/false\n");
    const auto groups = server.write("groups", "Debian-exim:x:" + id + ":\n");
    server.will_be(
        {{program, "-C", file, "-bdf", "-oX", "127.0.0.1." + std::to_string(server.port())},
         {"LD_PRELOAD=libnss_wrapper.so", "NSS_WRAPPER_PASSWD=" + users,
          "NSS_WRAPPER_GROUP=" + groups},
         SIGTERM,
         {"mainlog", "rejectlog", "paniclog"}});
}

} // namespace plug::test
