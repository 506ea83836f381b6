#include "service/control.hpp"

#include "service/explanation_json.hpp"

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
constexpr unsigned not_found_status = 404;
constexpr std::uint64_t body_limit = 16 * std::uint64_t{1024};

json::value to_json(const reload_report& report) {
    return {{"done", report.done},
            {"changes", json::value_from(report.changes)},
            {"waiting", json::value_from(report.waiting)},
            {"problems", json::value_from(report.problems)}};
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
    explicit http_request(const control_actions& actions) : actions_(actions) {
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

    std::string answer() override {
        std::ostringstream text;
        text << make_answer();
        return std::move(text).str();
    }

private:
    response make_answer() {
        if (error_) {
            return complaint(http::status::bad_request, error_.message());
        }
        const auto& asked = parser_.get();
        const std::string target(asked.target());
        const auto path = target.substr(0, target.find('?'));
        try {
            if (target == "/reload") {
                return reload(asked.method());
            }
            if (path == explain_path) {
                return explain(asked.method(), std::string_view(target).substr(
                                                   std::min(path.size() + 1, target.size())));
            }
        } catch (const std::exception& failed) {
            return complaint(http::status::internal_server_error, failed.what());
        }
        return complaint(http::status::not_found, "there are POST /reload and GET /explain");
    }

    response reload(http::verb method) {
        return method == http::verb::post
                   ? reply_with(http::status::ok, to_json(actions_.reload()))
                   : complaint(http::status::method_not_allowed, "/reload takes POST");
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
    http::request_parser<http::string_body> parser_;
    boost::system::error_code error_;
    std::string unread_;
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

/// The body of a reply that says 200, or why there is none.
std::string body_of(const std::string& bytes, std::string& why) {
    auto read = read_reply(bytes);
    if (!read) {
        why = "the reply is no HTTP";
        return {};
    }
    if (read->status != ok_status) {
        why = "the plug said " + std::to_string(read->status) + " " + read->body;
        return {};
    }
    return std::move(read->body);
}

} // namespace

std::unique_ptr<platform::control_request> make_control_request(const control_actions& actions) {
    return std::make_unique<http_request>(actions);
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
            told.json = json::serialize(json::parse(read->body));
        } else if (read) {
            const auto said = json::parse(read->body);
            told.problem = json::value_to<std::string>(said.at("error"));
            told.is_unknown = read->status == not_found_status;
        } else {
            told.problem = "the reply is no HTTP";
        }
    } catch (const std::exception&) {
        told.problem = "the reply is not one to a question";
    }
    return told;
}

reload_report read_reload_reply(const std::string& bytes) {
    reload_report report;
    std::string why;
    const auto body = body_of(bytes, why);
    if (!why.empty()) {
        report.problems.push_back(why);
        return report;
    }
    try {
        const auto told = json::parse(body);
        report.done = told.at("done").as_bool();
        report.changes = json::value_to<std::vector<std::string>>(told.at("changes"));
        report.waiting = json::value_to<std::vector<std::string>>(told.at("waiting"));
        report.problems = json::value_to<std::vector<std::string>>(told.at("problems"));
    } catch (const std::exception&) {
        report = {};
        report.problems.emplace_back("the reply is not one to a reload");
    }
    return report;
}

} // namespace plug
