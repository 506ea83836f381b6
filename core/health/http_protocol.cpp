// HTTP/1.1 (RFC 9112): one request, the header of the answer, and its status judged.
#include "core/config/byte_escapes.hpp"
#include "core/health/protocol.hpp"
#include "core/plug/status_line.hpp"

namespace plug {

namespace {

std::string host_field(const http_check& check, const host_port& target) {
    if (!check.host.empty()) {
        return check.host;
    }
    auto host = target.host;
    if (!target.numeric && host.ends_with('.')) { // of a name, the end that nobody writes
        host.pop_back();
    }
    if (target.numeric && target.numeric->is_v6()) {
        host = "[" + host.substr(0, host.find('%')) + "]"; // a scope means nothing over there
    }
    const bool usual = target.port == 0 || target.port == 80;
    return usual ? host : host + ":" + std::to_string(target.port);
}

class http_protocol : public line_protocol {
public:
    http_protocol(const http_check& check, const host_port& target)
        : accepted_(check.accepted),
          request_(check.method + " " + check.path +
                   " HTTP/1.1\r\nHost: " + host_field(check, target) +
                   "\r\nUser-Agent: plug/3.0\r\nAccept: */*\r\n" + "Connection: close\r\n\r\n") {}

    step opening() override { return say(request_); }

    std::string awaited() const override {
        return in_header_ ? "the end of the header" : "a status line";
    }

protected:
    step take_line(std::string_view line) override {
        if (!in_header_) {
            return take_status_line(line);
        }
        if (!line.empty()) {
            return {};
        }
        in_header_ = false;
        return status_ < 200 ? step() : judgement();
    }

private:
    step take_status_line(std::string_view line) {
        status_ = status_of(line);
        if (status_ == 0) {
            return fail("answered with " + excerpt(line) + ", which is no HTTP status line");
        }
        if (status_ == 101) {
            return fail("answered with " + excerpt(line) + " though nothing else was asked for");
        }
        said_ = excerpt(line);
        in_header_ = true;
        return {};
    }

    /// A body may follow.
    step judgement() const {
        return accepts(accepted_, static_cast<unsigned>(status_))
                   ? pass("answered with " + said_, {}, step::leaving::when_closed)
                   : fail("answered with " + said_ + ", accepted is " + to_text(accepted_), {},
                          step::leaving::when_closed);
    }

    status_ranges accepted_;
    std::string request_;
    bool in_header_ = false; // behind a status line, before the blank line
    int status_ = 0;
    std::string said_;
};

} // namespace

std::unique_ptr<protocol> make_http_protocol(const check_config& check, const host_port& target) {
    return std::make_unique<http_protocol>(check.http, target);
}

} // namespace plug
