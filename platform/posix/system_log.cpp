#define BOOST_LOG_USE_NATIVE_SYSLOG

#include "platform/system_log.hpp"

#include <boost/log/core.hpp>
#include <boost/log/expressions.hpp>
#include <boost/log/sinks/sync_frontend.hpp>
#include <boost/log/sinks/syslog_backend.hpp>
#include <boost/smart_ptr/make_shared_object.hpp>

#include <syslog.h>

namespace plug::platform {

namespace {

namespace sinks = boost::log::sinks;
namespace expressions = boost::log::expressions;

sinks::syslog::custom_severity_mapping<severity> syslog_levels() {
    sinks::syslog::custom_severity_mapping<severity> levels("Severity");
    levels[severity::trace] = sinks::syslog::debug;
    levels[severity::debug] = sinks::syslog::debug;
    levels[severity::info] = sinks::syslog::info;
    levels[severity::notice] = sinks::syslog::notice;
    levels[severity::warning] = sinks::syslog::warning;
    levels[severity::error] = sinks::syslog::error;
    return levels;
}

/// openlog() keeps the pointer, so the name must stay where it is.
const char* kept_for_openlog(const std::string& identity) {
    static std::string kept;
    kept = identity;
    return kept.c_str();
}

} // namespace

std::string_view system_log_word() noexcept { return "syslog"; }

void add_system_log(const std::string& identity, severity least) {
    auto backend = boost::make_shared<sinks::syslog_backend>(
        boost::log::keywords::facility = sinks::syslog::daemon,
        boost::log::keywords::use_impl = sinks::syslog::native,
        boost::log::keywords::ident = identity);
    backend->set_severity_mapper(syslog_levels());
    // The backend opens the log without the pid; the second call replaces the first.
    ::openlog(kept_for_openlog(identity), LOG_PID | LOG_NDELAY, LOG_DAEMON);

    auto sink = boost::make_shared<sinks::synchronous_sink<sinks::syslog_backend>>(backend);
    sink->set_formatter(expressions::stream << expressions::smessage);
    sink->set_filter(expressions::attr<severity>("Severity") >= least);
    boost::log::core::get()->add_sink(sink);
}

} // namespace plug::platform
