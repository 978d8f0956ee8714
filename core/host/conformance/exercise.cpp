// A plugin of any shape driven through a fixed protocol.
#include "host/conformance/exercise.hpp"

#include <bit>
#include <cmath>

namespace encephagen::conformance {

std::unique_ptr<Exercise> make_exercise(Instance& instance, uint64_t stream) {
  switch (instance.subject().plugin().shape) {
    case EG_SHAPE_UNIT:
      return make_unit_exercise(instance, stream);
    case EG_SHAPE_EDGE:
      return make_edge_exercise(instance, stream);
    case EG_SHAPE_WORLD:
      return make_world_exercise(instance, stream);
    default:
      return make_batch_exercise(instance, stream);
  }
}

size_t usual_moves(const Subject& subject) {
  switch (subject.plugin().shape) {
    case EG_SHAPE_UNIT:
      return 100;
    case EG_SHAPE_EDGE:
      return 200;
    case EG_SHAPE_WORLD:
      return 30;
    default:
      return 2;
  }
}

std::vector<uint64_t> trace(Instance& instance, size_t n, uint64_t stream) {
  const auto exercise = make_exercise(instance, stream);
  std::vector<uint64_t> out;
  for (size_t k = 0; k < n; ++k) out.push_back(exercise->move());
  return out;
}

std::vector<uint64_t> trace(const Subject& subject, const ParamTable& table, size_t n, uint64_t stream) {
  Instance instance(subject, table);
  return trace(instance, n, stream);
}

void Digest::add(double x) {
  if (std::isnan(x)) return add(uint64_t{0x7ff8000000000000});
  add(std::bit_cast<uint64_t>(x == 0 ? 0.0 : x));
}

bool same_bits(double a, double b) {
  return std::bit_cast<uint64_t>(a) == std::bit_cast<uint64_t>(b) || (std::isnan(a) && std::isnan(b)) ||
         (a == 0 && b == 0);
}

}  // namespace encephagen::conformance
