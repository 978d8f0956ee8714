// Which build of the kernel this is.
#include "host/version.hpp"

#include <fmt/format.h>

#include <boost/version.hpp>

#include "encephagen/abi/library.h"

namespace encephagen {

std::string version_text() {
  return fmt::format("{} (plugin ABI {}.{})", ENCEPHAGEN_VERSION, EG_ABI_MAJOR, EG_ABI_MINOR);
}

std::vector<std::pair<std::string, std::string>> build_facts() {
  std::string isa = "baseline";
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f"))
    isa = "x86-64 with AVX-512";
  else if (__builtin_cpu_supports("avx2"))
    isa = "x86-64 with AVX2";
  else
    isa = "x86-64";
#endif
  return {{"encephagen", ENCEPHAGEN_VERSION},
          {"source", ENCEPHAGEN_SOURCE_REVISION},
          {"plugin_abi", fmt::format("{}.{}", EG_ABI_MAJOR, EG_ABI_MINOR)},
          {"compiler", __VERSION__},
          {"build_type", ENCEPHAGEN_BUILD_TYPE},
          {"processor", isa},
          {"boost", BOOST_LIB_VERSION},
          {"fmt", fmt::format("{}", FMT_VERSION)}};
}

}  // namespace encephagen
