// The answer to `plug explain` as people read it.
#pragma once

#include <boost/json/value.hpp>

#include <string>

namespace plug {

/// Lines of text of what to_json(plug_explanation) has made, with columns that are aligned. Throws
/// std::exception where `told` is something else.
[[nodiscard]] std::string explanation_text(const boost::json::value& told);

} // namespace plug
