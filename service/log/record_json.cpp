#include "service/log/record_json.hpp"

#include "service/text/harmless.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace plug {

namespace {

bool is_plain(char c) { return c >= ' ' && c < 0x7f && c != '"' && c != '\\'; }

/// Appends the members of one object.
class members {
public:
    explicit members(std::string& json) : json_(json) {}

    void text(std::string_view name, std::string_view value) {
        begin(name);
        append_json_text(json_, value);
    }
    void text_or_null(std::string_view name, const std::string* value) {
        if (value != nullptr) {
            text(name, *value);
        } else {
            null(name);
        }
    }
    void number(std::string_view name, std::uint64_t value) {
        begin(name);
        std::array<char, 20> digits{};
        const auto end = std::to_chars(digits.begin(), digits.end(), value);
        json_.append(digits.data(), end.ptr);
    }
    void duration(std::string_view name, std::chrono::microseconds value) {
        number(name, static_cast<std::uint64_t>(std::max(value.count(), std::int64_t{0})));
    }
    void null(std::string_view name) {
        begin(name);
        json_ += "null";
    }

private:
    void begin(std::string_view name) {
        json_ += ",\"";
        json_ += name;
        json_ += "\":";
    }

    std::string& json_;
};

void append_listener(members& object, const listener_label* listener) {
    if (listener == nullptr) {
        object.null("plug");
        object.null("listen_address");
        object.null("listen_port");
        return;
    }
    object.text("plug", listener->plug);
    object.text_or_null("listen_address", listener->address.empty() ? nullptr : &listener->address);
    object.number("listen_port", listener->port);
}

} // namespace

session_json_format::session_json_format(std::uint64_t process)
    : process_("\",\"process\":" + std::to_string(process)) {}

void session_json_format::append_to(std::string& lines, const session_record& record) {
    lines += "{\"ended_at\":\"";
    time_.append_to(lines, record.ended_at);
    lines += process_;
    members object(lines);
    append_listener(object, record.listener.get());
    object.text("client_address", record.client.address().to_string());
    object.number("client_port", record.client.port());
    object.text_or_null("target", record.target.get());
    object.number("bytes_from_client", record.from_client);
    object.number("bytes_from_target", record.from_target);
    if (record.until_connected > std::chrono::microseconds(0)) {
        object.duration("connected_after_us", record.until_connected);
    } else {
        object.null("connected_after_us");
    }
    object.duration("duration_us", record.duration);
    object.text("end", name_of(record.end));
    object.text("ended_by", name_of(record.ended_by));
    object.text("phase", name_of(record.phase));
    object.text("picked", name_of(record.picked));
    object.number("failed_attempts", record.failed_attempts);
    if (record.error) {
        object.text("error", record.error.message());
    } else {
        object.null("error");
    }
    lines += "}\n";
}

void append_json_text(std::string& json, std::string_view text) {
    json += '"';
    if (std::ranges::all_of(text, is_plain)) {
        json += text;
    } else {
        for (const char c : printable(text)) {
            if (!is_plain(c)) {
                json += '\\';
            }
            json += c;
        }
    }
    json += '"';
}

} // namespace plug
