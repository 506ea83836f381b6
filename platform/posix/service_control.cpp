#include "platform/service_control.hpp"

namespace plug::platform {

namespace {

service_reply unsupported() {
    return {service_reply::kind::unsupported,
            "plug knows the service manager of Windows only; here systemd runs services: write a "
            "unit with ExecStart=plug run --config FILE"};
}

} // namespace

service_reply install_service(const service_description&) { return unsupported(); }

service_reply configure_service(const service_description&) { return unsupported(); }

service_reply uninstall_service(const std::string&) { return unsupported(); }

service_reply start_service(const std::string&) { return unsupported(); }

service_reply stop_service(const std::string&) { return unsupported(); }

service_reply query_service(const std::string&, service_status&) { return unsupported(); }

service_reply run_service(const std::string&, const std::function<int()>&) { return unsupported(); }

} // namespace plug::platform
