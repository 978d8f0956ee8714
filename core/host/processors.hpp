// How many threads this process should use.
#pragma once

namespace encephagen {

// Processors of the machine; those that this process may use (its affinity).
unsigned all_processors();
unsigned allowed_processors();
// SLURM_CPUS_PER_TASK, or what allowed_processors() says.
unsigned default_threads();

}  // namespace encephagen
