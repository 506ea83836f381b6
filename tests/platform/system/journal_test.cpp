#include "platform/journal.hpp"
#include "tests/support/net/descriptor.hpp"
#include "tests/support/process/temporary_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace plug::test;

namespace {

/// A socket that plays the journal.
class played_journal {
public:
    explicit played_journal(const std::string& path)
        : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
        sockaddr_un name{};
        name.sun_family = AF_UNIX;
        std::strncpy(name.sun_path, path.c_str(), sizeof name.sun_path - 1);
        if (::bind(socket_.number(), reinterpret_cast<sockaddr*>(&name), sizeof name) != 0)
            throw std::runtime_error("bind " + path);
    }

    /// The next message; "(none)" = none is there.
    std::string receive() {
        std::array<char, 65'536> buffer{};
        const auto got = ::recv(socket_.number(), buffer.data(), buffer.size(), 0);
        return got < 0 ? "(none)" : std::string(buffer.data(), static_cast<std::size_t>(got));
    }

private:
    descriptor socket_;
};

/// Sets JOURNAL_STREAM, and removes it at the end.
struct journal_stream {
    explicit journal_stream(const std::string& value) {
        ::setenv("JOURNAL_STREAM", value.c_str(), 1);
    }
    ~journal_stream() { ::unsetenv("JOURNAL_STREAM"); }
};

/// DEVICE:INODE of standard error, the second one changed by `off`.
std::string standard_error_name(ino_t off = 0) {
    struct stat error {};
    if (::fstat(STDERR_FILENO, &error) != 0)
        throw std::runtime_error("fstat");
    return std::to_string(error.st_dev) + ":" + std::to_string(error.st_ino + off);
}

} // namespace

BOOST_AUTO_TEST_SUITE(journal)

BOOST_AUTO_TEST_CASE(standard_error_is_the_journal_where_journal_stream_names_it) {
    BOOST_TEST(!plug::platform::standard_error_is_journal());
    {
        const journal_stream named(standard_error_name());
        BOOST_TEST(plug::platform::standard_error_is_journal());
    }
    for (const auto& other : {standard_error_name(1), std::string(), std::string(":"),
                              standard_error_name() + "x", std::string("12")}) {
        const journal_stream named(other);
        BOOST_TEST(!plug::platform::standard_error_is_journal(), other);
    }
}

BOOST_AUTO_TEST_CASE(a_message_arrives_in_one_piece_whatever_bytes_it_holds) {
    const temporary_directory directory;
    const auto path = (directory / "socket").string();
    played_journal played(path);
    boost::system::error_code failed;
    const auto open = plug::platform::journal::open(failed, path);
    BOOST_REQUIRE(open != nullptr);
    const std::string message("MESSAGE\n\3\0\0\0\0\0\0\0a\nb\n", 20);
    BOOST_TEST(!open->send(message));
    BOOST_TEST(played.receive() == message);
    BOOST_TEST(!open->send(std::string(60'000, 'x')));
    BOOST_TEST(played.receive() == std::string(60'000, 'x'));
}

BOOST_AUTO_TEST_CASE(a_journal_that_is_not_there_is_an_error) {
    const temporary_directory directory;
    boost::system::error_code failed;
    BOOST_TEST(plug::platform::journal::open(failed, (directory / "none").string()) == nullptr);
    BOOST_TEST(failed == boost::system::errc::no_such_file_or_directory);
    BOOST_TEST(plug::platform::journal::open(failed, std::string(500, 'x')) == nullptr);
    BOOST_TEST(failed == boost::system::errc::filename_too_long);
}

BOOST_AUTO_TEST_CASE(a_journal_that_restarts_is_found_again) {
    const temporary_directory directory;
    const auto path = (directory / "socket").string();
    boost::system::error_code failed;
    std::unique_ptr<plug::platform::journal> open;
    {
        const played_journal first(path);
        open = plug::platform::journal::open(failed, path);
        BOOST_REQUIRE(open != nullptr);
    }
    std::filesystem::remove(path);
    BOOST_TEST(open->send("MESSAGE=lost\n").failed());
    played_journal second(path);
    BOOST_TEST(!open->send("MESSAGE=here\n"));
    BOOST_TEST(second.receive() == "MESSAGE=here\n");
    BOOST_TEST(second.receive() == "(none)");
}

BOOST_AUTO_TEST_SUITE_END()
