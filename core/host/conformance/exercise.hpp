// A plugin of any shape driven through a fixed protocol, for checks that ask the same of every shape.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "host/conformance/subject.hpp"

namespace encephagen::conformance {

class Exercise {
 public:
  virtual ~Exercise() = default;
  // Makes one move (a step, an event, a control interval, a run) and returns a digest of all that can be seen after it.
  // Throws CallFailed.
  virtual uint64_t move() = 0;
};

// The instance must outlive the exercise. Exercises with the same stream give the same input.
std::unique_ptr<Exercise> make_exercise(Instance& instance, uint64_t stream = 1);

// How many moves show most of what there is to see without taking long.
size_t usual_moves(const Subject& subject);

// The digests of `n` moves of a new instance.
std::vector<uint64_t> trace(const Subject& subject, const ParamTable& table, size_t n, uint64_t stream = 1);
// The same of an existing one.
std::vector<uint64_t> trace(Instance& instance, size_t n, uint64_t stream = 1);

// Folds numbers into a digest. All NaNs are one, and so are both zeros: their bits depend on the order of operands.
class Digest {
 public:
  void add(double x);
  void add(uint64_t bits) { hash_ = (hash_ ^ bits) * 0x100000001b3ull ^ (hash_ >> 29); }
  uint64_t value() const { return hash_; }

 private:
  uint64_t hash_ = 0xcbf29ce484222325ull;
};

// Equal to the last bit, all NaNs counted as one.
bool same_bits(double a, double b);

// Each shape's own.
std::unique_ptr<Exercise> make_unit_exercise(Instance& instance, uint64_t stream);
std::unique_ptr<Exercise> make_edge_exercise(Instance& instance, uint64_t stream);
std::unique_ptr<Exercise> make_world_exercise(Instance& instance, uint64_t stream);
std::unique_ptr<Exercise> make_batch_exercise(Instance& instance, uint64_t stream);

}  // namespace encephagen::conformance
