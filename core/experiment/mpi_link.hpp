// What execution needs of MPI. The calls themselves are in a small library of their own, opened only under mpirun, so
// that the program runs where there is no MPI.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace encephagen {

// One process of a job, "rank" for short. One thread at a time may call.
class MpiLink {
 public:
  virtual ~MpiLink() = default;
  virtual size_t rank() const = 0;
  virtual size_t size() const = 0;
  // Of the ranks on this rank's machine.
  virtual size_t ranks_here() const = 0;
  // Rank 0's text, everywhere. All ranks call. Empty: is_stopping, if given, said so while it waited.
  virtual std::string broadcast(const std::string& text, const std::function<bool()>& is_stopping = {}) = 0;
  // The texts of all ranks, in their order, on rank 0; on the others nothing. All ranks call. Nothing on rank 0 either:
  // is_stopping.
  virtual std::vector<std::string> gather(const std::string& text, const std::function<bool()>& is_stopping) = 0;

  // On rank 0: hands out what next() gives until every other rank has left, or is_stopping. finished() hears what
  // became of each.
  virtual void serve(const std::function<std::optional<size_t>()>& next, const std::function<void(size_t)>& finished,
                     const std::function<bool()>& is_stopping) = 0;
  // On the others: tells which run is finished, if one is, and asks for the next. None: there are no more.
  virtual std::optional<size_t> next(std::optional<size_t> finished, const std::function<bool()>& is_stopping) = 0;
  // On the others, when all their runs are finished: they have left.
  virtual void leave() = 0;

  // Orderly end, all ranks together; without it the launcher ends the whole job.
  virtual void finalize() = 0;
};

// The link, if this process was started by an MPI launcher together with others; else none. Throws Failure(usage) when
// the library is missing or does not fit the launcher.
std::unique_ptr<MpiLink> open_mpi_link();

// The function that the library exports: the name, and what it is.
inline constexpr const char* mpi_link_function = "encephagen_mpi_link";
using MakeMpiLink = MpiLink* (*)();

}  // namespace encephagen
