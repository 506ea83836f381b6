// The answer to `plug explain` as JSON: what the control channel sends, and --json prints.
#pragma once

#include "core/engine/explanation.hpp"

#include <boost/json/value.hpp>

namespace plug {

/// Times are numbers of seconds; what there is none of is null. Members keep their names; more may
/// come beside them.
[[nodiscard]] boost::json::value to_json(const plug_explanation& told);

} // namespace plug
