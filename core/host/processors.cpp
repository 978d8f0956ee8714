// How many threads this process should use.
#include "host/processors.hpp"

#include <sched.h>

#include <algorithm>
#include <cstdlib>
#include <thread>

namespace encephagen {

unsigned all_processors() { return std::max(1u, std::thread::hardware_concurrency()); }

unsigned allowed_processors() {
  cpu_set_t allowed;
  return sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? static_cast<unsigned>(CPU_COUNT(&allowed))
                                                             : all_processors();
}

unsigned default_threads() {
  if (const char* slurm = std::getenv("SLURM_CPUS_PER_TASK")) {
    const int n = std::atoi(slurm);
    if (n > 0) return static_cast<unsigned>(n);
  }
  return allowed_processors();
}

}  // namespace encephagen
