#include "platform/system_log.hpp"
#include "platform/windows/text.hpp"

#include <boost/log/core.hpp>
#include <boost/log/expressions.hpp>
#include <boost/log/sinks/basic_sink_backend.hpp>
#include <boost/log/sinks/frontend_requirements.hpp>
#include <boost/log/sinks/sync_frontend.hpp>
#include <boost/smart_ptr/make_shared_object.hpp>

namespace plug::platform {

namespace {

namespace sinks = boost::log::sinks;
namespace expressions = boost::log::expressions;

WORD type_of(severity level) noexcept {
    if (level == severity::error) {
        return EVENTLOG_ERROR_TYPE;
    }
    return level == severity::warning ? EVENTLOG_WARNING_TYPE : EVENTLOG_INFORMATION_TYPE;
}

/// Writes every record to the event log, its text as the only string. The message table of the
/// program (messages.mc) says what comes before it.
class event_log_backend
    : public sinks::basic_formatted_sink_backend<char, sinks::concurrent_feeding> {
public:
    explicit event_log_backend(const std::string& source)
        : source_(::RegisterEventSourceW(nullptr, to_wide(source).c_str())) {}
    event_log_backend(const event_log_backend&) = delete;
    event_log_backend& operator=(const event_log_backend&) = delete;
    ~event_log_backend() {
        if (source_ != nullptr) {
            ::DeregisterEventSource(source_);
        }
    }

    void consume(const boost::log::record_view& record, const std::string& text) {
        if (source_ == nullptr) {
            return; // a log service that is not there ends nothing
        }
        const auto level = record["Severity"].extract_or_default(severity::info);
        const auto id = record["Event"].extract_or_default(event_id{0});
        const std::wstring wide = to_wide(text);
        const wchar_t* strings[] = {wide.c_str()};
        ::ReportEventW(source_, type_of(level), 0, id, nullptr, 1, 0, strings, nullptr);
    }

private:
    HANDLE source_;
};

} // namespace

std::string_view system_log_word() noexcept { return "event-log"; }

void add_system_log(const std::string& identity, severity least) {
    auto backend = boost::make_shared<event_log_backend>(identity);
    auto sink = boost::make_shared<sinks::synchronous_sink<event_log_backend>>(backend);
    sink->set_formatter(expressions::stream << expressions::smessage);
    sink->set_filter(expressions::attr<severity>("Severity") >= least);
    boost::log::core::get()->add_sink(sink);
}

} // namespace plug::platform
