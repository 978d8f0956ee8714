// The parts of the report page, put into the program at build time from report_page/.
#pragma once
#include <string_view>

namespace encephagen::report_page {

extern const std::string_view html, css, js;

}  // namespace encephagen::report_page
