// Bodies in a run: when they act, what moves and pushes them, and who sees them.
#pragma once
#include <deque>
#include <memory>
#include <vector>

#include "engine/body.hpp"
#include "engine/population.hpp"
#include "engine/schedule.hpp"

namespace encephagen {

// Boundaries lie a body's interval apart, counted from the start of an episode. At the first a trial begins; at each
// other one what the decoders decided in the interval that ends there acts on the body, and encoders see what came of
// it. What is decided in the last interval of an episode acts no more.
class ClosedLoop {
 public:
  // Makes the bodies. Throws Failure. All arguments must outlive it.
  ClosedLoop(const Scenario& scenario, const Brain& brain, const PathResolver& paths);

  // Connects what decoders do and encoders see, and controllers.
  void connect_decoder(Population& decoder, size_t population);
  void connect_encoder(Population& encoder, const ObserveSpec& observes);

  void init();
  bool is_boundary(uint64_t since_episode) const;
  void begin_phase(const PhaseSpec* phase, uint64_t noise_seed, bool has_own_noise);
  // At a boundary that begins an episode; at any other.
  void begin_episode(uint64_t step);
  void advance(uint64_t step, uint64_t since_episode);
  // What a modulator releases at `step`: the reward of the interval that ends there.
  double earned(const ModulatorSpec& modulator, uint64_t step) const;
  // The step with which a run that has come to `step` goes on: later, where all bodies are over and the rest of the
  // episode, which begins from the initial state as the next does, has nothing to show.
  uint64_t next_step(uint64_t step, const Schedule& schedule, uint64_t block_steps, uint64_t n_steps) const;

  const std::vector<std::unique_ptr<Body>>& bodies() const { return bodies_; }
  size_t bytes() const;
  void visit(StateArchive& a);

 private:
  struct Decoder {
    Population* population;
    size_t body;
    std::vector<uint32_t> actions;
    ActionRequest request;
  };
  struct Encoder {
    size_t body;
    std::vector<uint32_t> what;
    Observation observation;
  };
  struct Controller {
    std::unique_ptr<Population> population;
    StepScratch scratch;
    std::vector<uint32_t> what;
    Observation observation;
    ActionRequest request;
    uint64_t n_steps = 0;
  };
  struct Push {
    const PerturbationSpec* spec;
    bool acts = true;
    uint64_t key = 0, n_events = 0;      // of this trial
    double onset_ms = 0, amplitude = 0;  // of the present or next push, from the start of the trial
    bool is_done = false;
    void visit(StateArchive& a) { a(acts, key, n_events, onset_ms, amplitude, is_done); }
  };
  void begin_trial(size_t body, uint64_t step);
  void draw(Push& p, double after_ms);
  // Whether it acts in the interval of the trial with this number; that of the interval before has been asked for.
  bool pushes(Push& p, uint64_t interval, double step_ms);
  void show(size_t body, uint64_t step);
  void act(size_t body, uint64_t step);

  const Scenario& scenario_;
  std::vector<std::unique_ptr<Body>> bodies_;
  std::deque<Decoder> decoders_;  // populations hold pointers to requests and observations
  std::deque<Encoder> encoders_;
  std::vector<std::unique_ptr<Controller>> controllers_;  // [body]; null: decoders move it
  std::vector<Push> pushes_;
  uint64_t noise_seed_ = 0;
  std::vector<uint64_t> trial_number_;  // [body], counted anew where a phase has noise of its own
  std::vector<uint64_t> trial_start_, shown_at_, over_since_;  // [body], steps
};

// Where an encoder of a body feeds a region in which a decoder of the same body stands: its action may then be what it
// sees, whatever the brain makes of it. Nothing where there is one region only.
std::vector<std::string> raw_sensor_warnings(const Scenario& scenario, const Brain& brain);

}  // namespace encephagen
