#include "service/log/journal_output.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <memory>
#include <string>

namespace {

using plug::platform::severity;
using namespace std::string_literals;

/// The fields of a message in the native form; throws if it is not one.
std::multimap<std::string, std::string> fields_of(const std::string& bytes) {
    std::multimap<std::string, std::string> fields;
    for (std::size_t at = 0; at < bytes.size();) {
        const auto end_of_name = bytes.find_first_of("=\n", at);
        const auto name = bytes.substr(at, end_of_name - at);
        std::size_t length = bytes.find('\n', end_of_name) - end_of_name - 1;
        at = end_of_name + 1;
        if (bytes.at(end_of_name) == '\n') {
            length = 0;
            for (std::size_t byte = 8; byte-- > 0;) {
                length = length << 8U | static_cast<unsigned char>(bytes.at(at + byte));
            }
            at += 8;
        }
        fields.emplace(name, bytes.substr(at, length));
        if (bytes.at(at + length) != '\n') {
            throw std::runtime_error("a field does not end in a line end");
        }
        at += length + 1;
    }
    return fields;
}

std::string field(const std::string& bytes, const std::string& name) {
    const auto fields = fields_of(bytes);
    const auto entry = fields.find(name);
    return entry == fields.end() ? "(none)" : entry->second;
}

std::string message_of(const plug::event& happened) {
    const std::string text = "text";
    return plug::journal_message_of({severity::warning, 300, text, &happened}, "plug");
}

const auto web =
    std::make_shared<const plug::listener_label>(plug::listener_label{"web", "", 8080});
const auto target = std::make_shared<const std::string>("10.0.0.1:80");

} // namespace

BOOST_AUTO_TEST_SUITE(journal_output)

BOOST_AUTO_TEST_CASE(a_field_is_its_name_and_its_value_on_one_line) {
    plug::journal_message message;
    message.add("MESSAGE", "all = well");
    message.add("PRIORITY", "5");
    BOOST_TEST(message.bytes() == "MESSAGE=all = well\nPRIORITY=5\n");
}

BOOST_AUTO_TEST_CASE(a_value_of_several_lines_has_its_length_ahead_and_forges_no_field) {
    plug::journal_message message;
    message.add("MESSAGE", "one\nPRIORITY=0");
    BOOST_TEST(message.bytes() == "MESSAGE\n\x0e\0\0\0\0\0\0\0one\nPRIORITY=0\n"s);
    BOOST_TEST(fields_of(message.bytes()).size() == 1U);
    BOOST_TEST(field(message.bytes(), "MESSAGE") == "one\nPRIORITY=0");
}

BOOST_AUTO_TEST_CASE(a_value_is_cut_so_that_a_message_is_one_datagram) {
    plug::journal_message message;
    message.add("MESSAGE", std::string(1'000'000, 'x'));
    message.add("PLUG_REASON", std::string(1'000'000, '\n'));
    BOOST_TEST(message.bytes().size() < 128U * 1024U);
    BOOST_TEST(fields_of(message.bytes()).size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_line_has_its_priority_its_number_and_the_name_of_its_event) {
    const auto message = message_of(plug::target_down{web, target, "connect to", "gone\nfor good"});
    BOOST_TEST(field(message, "MESSAGE") == "text");
    BOOST_TEST(field(message, "PRIORITY") == "4");
    BOOST_TEST(field(message, "SYSLOG_IDENTIFIER") == "plug");
    BOOST_TEST(field(message, "PLUG_EVENT") == "target_down");
    BOOST_TEST(field(message, "PLUG_EVENT_ID") == "300");
    BOOST_TEST(field(message, "PLUG_NAME") == "web");
    BOOST_TEST(field(message, "PLUG_LISTEN_PORT") == "8080");
    BOOST_TEST(field(message, "PLUG_TARGET") == "10.0.0.1:80");
    BOOST_TEST(field(message, "PLUG_REASON") == "gone\nfor good");
    BOOST_TEST(field(message, "PLUG_CLIENT") == "(none)");
}

BOOST_AUTO_TEST_CASE(a_session_that_has_ended_has_all_its_numbers) {
    plug::session_record record;
    record.listener = web;
    record.target = target;
    record.client = {boost::asio::ip::make_address("2001:db8::7"), 40000};
    record.from_client = 12;
    record.from_target = 34;
    record.duration = std::chrono::microseconds(56);
    record.end = plug::session_end::client_failed;
    record.phase = plug::session_phase::relaying;
    const auto message = message_of(plug::session_ended{record});
    BOOST_TEST(field(message, "PLUG_EVENT") == "session_ended");
    BOOST_TEST(field(message, "PLUG_CLIENT") == "[2001:db8::7]:40000");
    BOOST_TEST(field(message, "PLUG_BYTES_FROM_CLIENT") == "12");
    BOOST_TEST(field(message, "PLUG_BYTES_FROM_TARGET") == "34");
    BOOST_TEST(field(message, "PLUG_DURATION_US") == "56");
    BOOST_TEST(field(message, "PLUG_END") == "client failed");
    BOOST_TEST(field(message, "PLUG_PHASE") == "relaying");
    BOOST_TEST(field(message, "PLUG_ENDED_BY") == "plug");
    BOOST_TEST(field(message, "PLUG_PICKED") == "none");
    BOOST_TEST(field(message, "PLUG_ERROR") == "(none)");
}

BOOST_AUTO_TEST_CASE(events_that_know_nothing_make_whole_messages_too) {
    BOOST_TEST(field(message_of(plug::target_up{}), "PLUG_EVENT") == "target_up");
    BOOST_TEST(field(message_of(plug::session_ended{}), "PLUG_NAME") == "(none)");
}

BOOST_AUTO_TEST_SUITE_END()
