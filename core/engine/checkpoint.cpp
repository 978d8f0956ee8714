// A run on its way, in a file.
#include "engine/checkpoint.hpp"

#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "host/write_file.hpp"

namespace encephagen {
namespace {

constexpr const char* magic = "encephagen checkpoint 1";

struct Header {
  std::string magic, key;
  uint64_t threads = 0;
  double t_ms = 0;
  void visit(StateArchive& a) { a(magic, key, threads, t_ms); }
};

void visit(StateArchive& a, RunSoFar& r) {
  a(r.kept, r.snapshots);
  uint64_t n = r.metrics.size();
  a(n);
  r.metrics.resize(n);
  for (auto& m : r.metrics) a(m.name, m.unit, m.group, m.value);
}

std::optional<Header> header_of(std::istream& in, const CheckpointPlace& place) {
  try {
    // A file that is something else must not be taken for lengths.
    std::string start(sizeof(uint64_t) + std::char_traits<char>::length(magic), '\0');
    if (!in.read(start.data(), static_cast<std::streamsize>(start.size())) || start.substr(sizeof(uint64_t)) != magic)
      return std::nullopt;
    in.seekg(0);
    Header h;
    StateArchive a(in);
    a(h);
    if (h.key != place.key) return std::nullopt;
    return h;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

}  // namespace

std::optional<unsigned> checkpoint_threads(const CheckpointPlace& place) {
  std::ifstream in(place.file, std::ios::binary);
  const auto h = header_of(in, place);
  return h ? std::optional(static_cast<unsigned>(h->threads)) : std::nullopt;
}

void read_checkpoint(const CheckpointPlace& place, Simulation& simulation, RunSoFar& so_far) {
  std::ifstream in(place.file, std::ios::binary);
  try {
    if (!header_of(in, place)) throw std::runtime_error("it is of another scenario or version");
    StateArchive a(in);
    visit(a, so_far);
    simulation.load(in);
  } catch (const std::exception& e) {
    throw Failure(Exit::data_unusable,
                  fmt::format("{}: the checkpoint cannot be used: {}; remove it to begin the run anew",
                              place.file.string(), e.what()));
  }
}

void write_checkpoint(const CheckpointPlace& place, double t_ms, Simulation& simulation, RunSoFar& so_far) {
  std::ostringstream out;
  Header h{magic, place.key, simulation.threads(), t_ms};
  StateArchive a(out);
  a(h);
  visit(a, so_far);
  simulation.save(out);
  replace_file(place.file, out.view());
}

}  // namespace encephagen
