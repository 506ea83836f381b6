#include "service/log/system_output.hpp"

#include "platform/host.hpp"

#include <boost/log/attributes/mutable_constant.hpp>
#include <boost/log/core.hpp>
#include <boost/log/expressions.hpp>
#include <boost/log/sinks/sync_frontend.hpp>
#include <boost/log/sinks/text_ostream_backend.hpp>
#include <boost/log/sources/logger.hpp>
#include <boost/log/sources/record_ostream.hpp>
#include <boost/log/sources/severity_logger.hpp>
#include <boost/smart_ptr/make_shared_object.hpp>
#include <boost/smart_ptr/shared_ptr.hpp>

#include <iostream>
#include <memory>
#include <variant>

namespace plug {

using platform::severity;

namespace {

namespace expressions = boost::log::expressions;
namespace sinks = boost::log::sinks;
using standard_error_sink = sinks::synchronous_sink<sinks::text_ostream_backend>;

line_writer boost_log_lines() {
    auto logger = std::make_shared<boost::log::sources::severity_logger<severity>>();
    boost::log::attributes::mutable_constant<platform::event_id> event(0);
    logger->add_attribute("Event", event);
    return [logger, event](const log_line& line) mutable {
        event.set(line.id);
        BOOST_LOG_SEV(*logger, line.severity) << line.text;
    };
}

boost::shared_ptr<standard_error_sink> add_standard_error() {
    auto backend = boost::make_shared<sinks::text_ostream_backend>();
    backend->add_stream(boost::shared_ptr<std::ostream>(&std::clog, [](std::ostream*) {}));
    // The newline belongs to the text: one write for one line, however many processes share it.
    backend->set_auto_newline_mode(sinks::disabled_auto_newline);
    backend->auto_flush(true);
    auto sink = boost::make_shared<standard_error_sink>(backend);
    const std::string prefix = "plug[" + std::to_string(platform::process_id()) + "]: ";
    sink->set_formatter(expressions::stream << prefix << expressions::smessage << "\n");
    boost::log::core::get()->add_sink(sink);
    return sink;
}

/// Lines without a severity, which the system's log does not take.
line_writer lines_of_no_severity() {
    auto logger = std::make_shared<boost::log::sources::logger>();
    return [logger](const log_line& line) { BOOST_LOG(*logger) << line.text; };
}

/// One of the four lines that 2.x calls notices.
bool is_notice_of_connection(const log_line& line) {
    const auto* happened = line.happened;
    return line.severity == severity::notice && happened != nullptr &&
           (std::holds_alternative<plug_started>(*happened) ||
            std::holds_alternative<session_started>(*happened) ||
            std::holds_alternative<session_ended>(*happened) ||
            std::holds_alternative<client_refused>(*happened));
}

} // namespace

line_writer standard_error_lines() {
    add_standard_error();
    return boost_log_lines();
}

line_writer system_log_lines(const std::string& identity) {
    // Every line that comes here is wanted: the sink takes everything.
    platform::add_system_log(identity, severity::trace);
    return boost_log_lines();
}

line_writer shared_lines(const std::string& identity, log_share share) {
    if (share == log_share::nothing) {
        return standard_error_lines();
    }
    add_standard_error()->set_filter(!expressions::has_attr<severity>("Severity"));
    return [share, here = lines_of_no_severity(),
            system = system_log_lines(identity)](const log_line& line) {
        const bool is_notice = is_notice_of_connection(line);
        if (is_notice) {
            system(line);
        }
        if (!is_notice || share == log_share::copies_of_notices) {
            here(line);
        }
    };
}

} // namespace plug
