#include "service/control/control.hpp"

#include "service/control/explanation_json.hpp"
#include "service/text/harmless.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <exception>
#include <optional>
#include <sstream>

namespace plug {

namespace {

namespace http = boost::beast::http;
namespace json = boost::json;

using response = http::response<http::string_body>;

/// More than any request of ours holds.
constexpr std::uint32_t header_limit = 8 * 1024;
constexpr unsigned ok_status = 200;
constexpr unsigned forbidden_status = 403;
constexpr unsigned not_found_status = 404;
constexpr std::uint64_t body_limit = 16 * std::uint64_t{1024};

/// So much of each list goes into a reply, which is to stay below most_reply_bytes; the log has
/// all.
constexpr std::size_t most_list_bytes = 100'000;

/// The lines, as far as there is room.
json::array to_json(const std::vector<std::string>& lines) {
    json::array shown;
    std::size_t room = most_list_bytes;
    for (const auto& line : lines) {
        if (line.size() > room) {
            while (room > 0 && (static_cast<unsigned char>(line[room]) & 0xc0U) == 0x80U) {
                --room; // a character is not torn
            }
            shown.emplace_back(line.substr(0, room) + "...");
            shown.emplace_back(std::to_string(lines.size() - shown.size()) +
                               " more; the log has all of them");
            break;
        }
        shown.emplace_back(line);
        room -= line.size();
    }
    return shown;
}

json::value to_json(const reload_report& report) {
    return {{"done", report.done},
            {"changes", to_json(report.changes)},
            {"waiting", to_json(report.waiting)},
            {"problems", to_json(report.problems)}};
}

json::value to_json(const held_addresses& held) {
    json::array addresses;
    for (const auto& each : held.addresses) {
        addresses.emplace_back(to_text(each));
    }
    return {{"process", held.process}, {"addresses", std::move(addresses)}};
}

response reply_with(http::status status, const json::value& body) {
    response made(status, 11);
    made.set(http::field::content_type, "application/json");
    made.keep_alive(false);
    made.body() = json::serialize(body) + "\n";
    made.prepare_payload();
    return made;
}

response complaint(http::status status, const std::string& text) {
    return reply_with(status, {{"error", text}});
}

class http_request final : public platform::control_request {
public:
    http_request(const control_actions& actions, platform::control_peer peer)
        : actions_(actions), peer_(std::move(peer)) {
        parser_.eager(true);
        parser_.header_limit(header_limit);
        parser_.body_limit(body_limit);
    }

    bool take(std::string_view bytes) override {
        unread_ += bytes;
        std::size_t used = 0;
        do {
            used = parser_.put(boost::asio::buffer(unread_), error_);
            unread_.erase(0, used);
        } while (used > 0 && !error_ && !parser_.is_done());
        if (error_ == http::error::need_more) {
            error_ = {};
        }
        return error_ || parser_.is_done();
    }

    void prepare(std::function<void()> ready) override {
        if (!is_reload() || !actions_.aside) {
            return ready();
        }
        actions_.aside([this, ready = std::move(ready)] {
            try {
                prepared_ = text();
            } catch (const std::exception&) { // out of memory: the client hears nothing
                prepared_.emplace();
            }
            try {
                ready();
            } catch (const std::exception&) { // the same
            }
        });
    }

    std::string answer() override { return prepared_ ? *std::move(prepared_) : text(); }

private:
    /// One that is carried out.
    [[nodiscard]] bool is_reload() const {
        return !error_ && peer_.may_change && parser_.get().method() == http::verb::post &&
               (parser_.get().target() == reload_path || parser_.get().target() == reload_to_empty);
    }

    std::string text() {
        std::ostringstream made;
        made << make_answer();
        return std::move(made).str();
    }

    response make_answer() {
        if (error_) {
            return complaint(http::status::bad_request, error_.message());
        }
        const auto& asked = parser_.get();
        const std::string target(asked.target());
        const auto path = target.substr(0, target.find('?'));
        try {
            if (target == reload_path || target == reload_to_empty) {
                return reload(asked.method(), target == reload_to_empty);
            }
            if (target == addresses_path) {
                return asked.method() == http::verb::get
                           ? reply_with(http::status::ok, to_json(actions_.addresses()))
                           : complaint(http::status::method_not_allowed, "/addresses takes GET");
            }
            if (target == plugs_path) {
                return asked.method() == http::verb::get
                           ? reply_with(http::status::ok,
                                        {{"plugs", json::value_from(actions_.plugs())}})
                           : complaint(http::status::method_not_allowed, "/plugs takes GET");
            }
            if (path == explain_path) {
                return explain(asked.method(), std::string_view(target).substr(
                                                   std::min(path.size() + 1, target.size())));
            }
        } catch (const std::exception& failed) {
            return complaint(http::status::internal_server_error, failed.what());
        }
        return complaint(http::status::not_found,
                         "there are POST /reload, GET /explain, GET /plugs and GET "
                         "/addresses");
    }

    response reload(http::verb method, bool may_be_empty) {
        if (method != http::verb::post) {
            return complaint(http::status::method_not_allowed, "/reload takes POST");
        }
        if (!peer_.may_change) {
            return complaint(
                http::status::forbidden,
                "a reload is for root and the user that the plug runs as, and not for " +
                    peer_.user);
        }
        return reply_with(http::status::ok, to_json(actions_.reload(may_be_empty)));
    }

    response explain(http::verb method, std::string_view query) {
        if (method != http::verb::get) {
            return complaint(http::status::method_not_allowed, "/explain takes GET");
        }
        const auto asked = parse_explain_query(query);
        if (!asked) {
            return complaint(http::status::bad_request, asked.why);
        }
        const auto told = actions_.explain(*asked);
        return told ? reply_with(http::status::ok, to_json(*told))
                    : complaint(http::status::not_found, told.why);
    }

    const control_actions& actions_;
    const platform::control_peer peer_;
    http::request_parser<http::string_body> parser_;
    boost::system::error_code error_;
    std::string unread_;
    std::optional<std::string> prepared_;
};

struct reply {
    unsigned status = 0;
    std::string body;
};

/// Nothing where it is no HTTP.
std::optional<reply> read_reply(const std::string& bytes) {
    http::response_parser<http::string_body> parser;
    parser.eager(true);
    parser.body_limit(64 * std::uint64_t{1024 * 1024});
    boost::system::error_code error;
    std::string unread = bytes;
    while (!error && !unread.empty() && !parser.is_done()) {
        unread.erase(0, parser.put(boost::asio::buffer(unread), error));
    }
    return parser.is_done() ? std::optional(reply{parser.get().result_int(), parser.get().body()})
                            : std::nullopt;
}

/// Why there is no answer, as the reply says it.
std::string error_of(const reply& read) {
    return json::value_to<std::string>(json::parse(read.body).at("error"));
}

reload_report not_reloaded(std::string why, bool is_refused = false) {
    reload_report report;
    report.problems.push_back(std::move(why));
    report.is_refused = is_refused;
    return report;
}

reload_report report_of(const reply& read) {
    reload_report report;
    const auto told = json::parse(read.body);
    report.done = told.at("done").as_bool();
    report.changes = json::value_to<std::vector<std::string>>(told.at("changes"));
    report.waiting = json::value_to<std::vector<std::string>>(told.at("waiting"));
    report.problems = json::value_to<std::vector<std::string>>(told.at("problems"));
    return report;
}

} // namespace

std::unique_ptr<platform::control_request>
make_control_request(const control_actions& actions, const platform::control_peer& peer) {
    return std::make_unique<http_request>(actions, peer);
}

std::string control_request_text(const std::string& method, const std::string& target) {
    return method + " " + target +
           " HTTP/1.1\r\nHost: plug\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
}

explain_reply read_explain_reply(const std::string& bytes) {
    explain_reply told;
    auto read = read_reply(bytes);
    try {
        if (read && read->status == ok_status) {
            told.json = harmless_json(json::serialize(json::parse(read->body)));
        } else if (read) {
            told.problem = error_of(*read);
            told.is_unknown = read->status == not_found_status;
        } else {
            told.problem = "the reply is no HTTP";
        }
    } catch (const std::exception&) {
        told.problem = "the reply is not one to a question";
    }
    return told;
}

parsed<held_addresses> read_addresses_reply(const std::string& bytes) {
    const auto read = read_reply(bytes);
    try {
        const auto told = json::parse(read && read->status == ok_status ? read->body : "");
        held_addresses held{told.at("process").to_number<std::uint64_t>(), {}};
        for (const auto& each : told.at("addresses").as_array()) {
            if (auto where = parse_listen(json::value_to<std::string>(each))) {
                held.addresses.push_back(*std::move(where.value));
            }
        }
        return parsed<held_addresses>::ok(std::move(held));
    } catch (const std::exception&) {
        return parsed<held_addresses>::bad("the reply does not say which addresses it has");
    }
}

parsed<std::vector<std::string>> read_plugs_reply(const std::string& bytes) {
    using names = std::vector<std::string>;
    const auto read = read_reply(bytes);
    try {
        const auto reply = json::parse(read && read->status == ok_status ? read->body : "");
        return parsed<names>::ok(json::value_to<names>(reply.at("plugs")));
    } catch (const std::exception&) {
        return parsed<names>::bad("the reply does not name the plugs; the plug that answers may be "
                                  "of another version");
    }
}

reload_report read_reload_reply(const std::string& bytes) {
    const auto read = read_reply(bytes);
    if (!read) {
        return not_reloaded("the reply is no HTTP");
    }
    try {
        if (read->status == forbidden_status) {
            return not_reloaded(error_of(*read), true);
        }
        return read->status == ok_status
                   ? report_of(*read)
                   : not_reloaded("the plug said " + std::to_string(read->status) + " " +
                                  read->body);
    } catch (const std::exception&) {
        return not_reloaded("the reply is not one to a reload");
    }
}

} // namespace plug
