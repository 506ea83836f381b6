#include "service/log_lines.hpp"

#include "platform/host.hpp"

#include <boost/log/attributes/mutable_constant.hpp>
#include <boost/log/core.hpp>
#include <boost/log/expressions.hpp>
#include <boost/log/sinks/sync_frontend.hpp>
#include <boost/log/sinks/text_ostream_backend.hpp>
#include <boost/log/sources/record_ostream.hpp>
#include <boost/log/sources/severity_logger.hpp>
#include <boost/smart_ptr/make_shared_object.hpp>
#include <boost/smart_ptr/shared_ptr.hpp>

#include <iostream>
#include <memory>

namespace plug {

using platform::severity;

namespace {

line_writer boost_log_lines() {
    auto logger = std::make_shared<boost::log::sources::severity_logger<severity>>();
    boost::log::attributes::mutable_constant<platform::event_id> event(0);
    logger->add_attribute("Event", event);
    return [logger, event](const log_line& line) mutable {
        event.set(line.id);
        BOOST_LOG_SEV(*logger, line.severity) << line.text;
    };
}

} // namespace

line_writer standard_error_lines() {
    namespace expressions = boost::log::expressions;
    namespace sinks = boost::log::sinks;
    auto backend = boost::make_shared<sinks::text_ostream_backend>();
    backend->add_stream(boost::shared_ptr<std::ostream>(&std::clog, [](std::ostream*) {}));
    // The newline belongs to the text: one write for one line, however many processes share it.
    backend->set_auto_newline_mode(sinks::disabled_auto_newline);
    backend->auto_flush(true);
    auto sink = boost::make_shared<sinks::synchronous_sink<sinks::text_ostream_backend>>(backend);
    const std::string prefix = "plug[" + std::to_string(platform::process_id()) + "]: ";
    sink->set_formatter(expressions::stream << prefix << expressions::smessage << "\n");
    boost::log::core::get()->add_sink(sink);
    return boost_log_lines();
}

line_writer system_log_lines(const std::string& identity) {
    // What is wanted was chosen before: the sink takes everything.
    platform::add_system_log(identity, severity::trace);
    return boost_log_lines();
}

} // namespace plug
