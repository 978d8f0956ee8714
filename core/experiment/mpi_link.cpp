// Finds out whether an MPI launcher started this process, and opens the library that speaks MPI.
#include "experiment/mpi_link.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

#include "host/failure.hpp"
#include "host/program_folder.hpp"

namespace encephagen {
namespace {

namespace fs = std::filesystem;

// How many processes the launcher says there are; 0: it does not say, none: there is no launcher.
std::optional<size_t> launched_size() {
  // OpenMPI's mpirun; MPICH's, and srun --mpi=pmi2.
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"})
    if (const char* text = std::getenv(name)) return static_cast<size_t>(std::max(0, std::atoi(text)));
  if (!std::getenv("PMIX_RANK")) return std::nullopt;
  // srun --mpi=pmix
  const char* tasks = std::getenv("SLURM_NTASKS");
  return tasks ? static_cast<size_t>(std::max(0, std::atoi(tasks))) : 0;
}

fs::path library_file() { return (program_folder() / "../lib/encephagen/encephagen_mpi.so").lexically_normal(); }

}  // namespace

std::unique_ptr<MpiLink> open_mpi_link() {
  const auto size = launched_size();
  if (!size || *size == 1) return nullptr;
  const std::string launched = *size == 0 ? "an MPI launcher started this process"
                                          : fmt::format("an MPI launcher started {} processes of this program", *size);
  const fs::path file = library_file();
  std::error_code ec;
  if (!fs::exists(file, ec))
    throw Failure(Exit::usage, fmt::format("{}, but this build has no MPI: there is no {}\n  build it with OpenMPI "
                                           "(libopenmpi-dev) and -D ENCEPHAGEN_MPI=ON, or use --shard I/N without the "
                                           "launcher",
                                           launched, file.string()));
  // Global: the components that MPI opens itself look for its symbols.
  void* library = ::dlopen(file.c_str(), RTLD_NOW | RTLD_GLOBAL);
  if (!library) throw Failure(Exit::usage, fmt::format("{}, but MPI cannot be opened: {}", launched, ::dlerror()));
  const auto make = reinterpret_cast<MakeMpiLink>(::dlsym(library, mpi_link_function));
  if (!make) throw Failure(Exit::usage, fmt::format("{}: {}", file.string(), ::dlerror()));
  std::unique_ptr<MpiLink> link(make());
  if (*size > 1 && link->size() != *size)
    throw Failure(Exit::usage, fmt::format("{}, but the MPI library of this build sees {}: start it with the mpirun of "
                                           "the MPI that it was built with",
                                           launched, link->size()));
  if (link->size() > 1) return link;
  link->finalize();
  return nullptr;
}

}  // namespace encephagen
