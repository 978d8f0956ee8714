// The unit that stands at the end of a key: tau_m_ms is in ms.
#pragma once
#include <string_view>

namespace encephagen {

// As it is printed; "": the key has none.
std::string_view unit_of_key(std::string_view key);

}  // namespace encephagen
