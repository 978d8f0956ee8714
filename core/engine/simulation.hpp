// Builds a network from a scenario and steps it through time.
#pragma once
#include <atomic>
#include <exception>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>
#include <vector>

#include "engine/closed_loop.hpp"
#include "engine/continuous_projection.hpp"
#include "engine/delivery.hpp"
#include "engine/modulators.hpp"
#include "engine/parallel.hpp"
#include "engine/plastic_projection.hpp"
#include "engine/population.hpp"
#include "engine/rate_coupling.hpp"
#include "engine/recorder.hpp"
#include "engine/schedule.hpp"
#include "engine/synapse_table.hpp"

namespace encephagen {

struct NetworkSize {
  size_t n_units = 0;
  uint64_t n_synapses = 0;
  size_t bytes = 0, synapse_bytes = 0;
};

// Where the time of a run went, in seconds summed over threads.
struct PhaseTimes {
  double deliver_s = 0, update_s = 0, input_s = 0, record_s = 0;
  uint64_t synaptic_events = 0, spikes = 0;
};

// Time passes in blocks of the shortest delay between units that spike: within a block no unit hears of another, so
// every thread delivers to and steps its own slice of the units, and all meet once a block.
class Simulation {
 public:
  // Builds populations, couplings and synapses on `threads` threads (fewer for small networks), which results do not
  // depend on. `scenario`, `brain` and `paths` must outlive it. Throws Failure.
  Simulation(const Scenario& scenario, const Brain& brain, const PathResolver& paths, unsigned threads = 1);
  ~Simulation();

  // Runs from 0 to duration_ms, whatever has run before; only what plastic synapses learned stays. Returns false if the
  // sink's progress stopped it. `phase_done` is called when a phase of the scenario ends. Throws Failure when a plugin
  // fails, a state stops being finite or a population runs away.
  bool run(const RecordSink& sink, const std::function<void(size_t phase)>& phase_done = {});

  // The same run in pieces, to the last bit: begin(), then advance() until now() is n_steps() of the scenario. A piece
  // ends with step `until` - 1, or later where bodies end an episode early; what recordings gathered in whole blocks is
  // handed on at its end. Between pieces, and on one thread at a time, states may be read, and what follows changes the
  // rest of the run. After a failure advance() throws the same again until begin() or load().
  void begin();
  bool advance(uint64_t until, const RecordSink& sink, const std::function<void(size_t phase)>& phase_done = {});
  // Steps done: states are those at the end of step now() - 1.
  uint64_t now() const { return next_step_; }
  // The units that fired in a step, slice by slice; only for the steps RecordSink::stepped has just named.
  void spikes_of(size_t population, uint64_t step, const std::function<void(uint32_t unit)>& f) const;
  // For the next `n_steps` steps adds `amplitude`, in the port's unit, to what drives these units of a population;
  // port "" is the one a stimulus would choose. Throws Failure for a port or unit that does not exist.
  void inject(size_t population, const std::string& port, std::vector<uint32_t> units, double amplitude,
              uint64_t n_steps);
  // From the next step on this is the value of a parameter of a population or of an encoder (their place in the
  // scenario): whatever a scenario may say there, checked as there. States stay, but those that only init writes
  // follow. begin() takes it back. Throws Failure and leaves things as they were.
  void set_param(size_t population, const std::string& key, const Node& value) {
    change({false, population}, key, value);
  }
  void set_encoder_param(size_t encoder, const std::string& key, const Node& value) {
    change({true, encoder}, key, value);
  }
  // What an analyzer found in a phase, for a modulator of the scenario that follows it; in `phase_done` and between
  // pieces. Lasts until begin().
  void set_found(size_t modulator, double value) { modulators_->set_found(modulator, value); }
  const PluginChoice& params_of(size_t population) const { return choice_of({false, population}); }
  const PluginChoice& params_of_encoder(size_t encoder) const { return choice_of({true, encoder}); }

  // Everything that matters lies in what save() writes between pieces; run() calls `checkpoint` each
  // checkpoint_every_ms, and once when the sink's progress stops it, with the time reached. After load(), into a
  // simulation of the same scenario on as many threads, run() or advance() goes on from there. Throws
  // std::runtime_error for what does not fit.
  void on_checkpoint(std::function<void(double t_ms)> f) { checkpoint_ = std::move(f); }
  void save(std::ostream& to);
  void load(std::istream& from);

  const std::vector<RecordedUnits>& records() const { return records_; }
  NetworkSize size() const;
  unsigned threads() const { return static_cast<unsigned>(slices_.n); }
  uint64_t block_steps() const { return block_steps_; }
  // Of all runs so far. Time spent on input is sampled only after measure_input().
  PhaseTimes phases() const;
  void measure_input() { measures_input_ = true; }
  // For tests and benchmarks: init(), then one step after another, without recording, on this thread.
  void init();
  void step(uint64_t k);
  Population& population(size_t i) { return *populations_[i]; }
  const Population& population(size_t i) const { return *populations_[i]; }
  const std::vector<Fan>& fans() const { return fans_; }
  const Schedule& schedule() const { return schedule_; }
  // Null: there are no bodies.
  const ClosedLoop* closed_loop() const { return loop_.get(); }
  ClosedLoop* closed_loop() { return loop_.get(); }
  // Calls f(projection, synapses) for every projection with weights that change, or for every one with synapses.
  void for_each_projection(bool only_plastic,
                           const std::function<void(const ProjectionSpec&, const Synapses&)>& f) const;

 private:
  struct Coupling {  // continuous: region means of one population into a port of another
    size_t from, to, port, output;
    bool is_read_directly, is_written_directly;  // units in double precision, one in every region
    RateCoupling matrix;
    std::vector<double> activity;  // [region]
    AlignedVector<double> input;   // [region]
  };
  struct PlasticPath {
    size_t from, to, port, spec;
    Synapses drawn;  // until the slices are cut
    std::unique_ptr<PlasticProjection> projection;
  };
  struct ContinuousPath {
    size_t from, to, port, output;
    std::unique_ptr<ContinuousProjection> projection;
  };
  // What acts on chosen units of one port of one population.
  struct Stimulus {
    size_t population, port;
    std::vector<uint32_t> unit;
    uint64_t onset, duration, period, n_pulses;  // steps, from the start of an episode
    double amplitude;
    const std::string* name;
    bool acts = true;  // in this phase
    bool is_on(uint64_t step) const;
  };
  struct EncoderPath {
    size_t population, port, spec;
    std::vector<uint32_t> unit;
    bool is_contiguous;
    std::unique_ptr<Population> encoder;
    std::vector<StepScratch> scratch;  // [slice]
    const std::string* name;
    bool acts = true;
  };
  // Of inject(). Counted on the axis of the run.
  struct Injection {
    size_t population = 0, port = 0;
    std::vector<uint32_t> unit;  // increasing
    uint64_t from = 0, to = 0;
    double amplitude = 0;
    void visit(StateArchive& a) { a(population, port, unit, from, to, amplitude); }
  };
  // Whose parameters: of a population or an encoder of the scenario.
  struct Owner {
    bool is_encoder = false;
    size_t index = 0;
    bool operator<(const Owner& o) const { return std::tie(is_encoder, index) < std::tie(o.is_encoder, o.index); }
  };
  struct SpikeTrain {
    size_t population, port;
    double weight;
    std::vector<std::pair<uint64_t, uint32_t>> event;  // step, unit; sorted
    const std::string* name;
    bool acts = true;
  };
  struct WeightTrack {  // a recording of weights
    size_t record;
    uint64_t every;                      // steps
    uint64_t next;                       // the first step after whose block it is due
    std::vector<const double*> synapse;  // none: the mean of all
    const PlasticProjection* projection;
  };
  struct Port {
    int spike_port = -1;     // index into spike_ports_
    int coupling = -1;       // whose input it reads in place; whatever else drives it is added there
    bool is_driven = false;  // by anything but synapses
  };
  struct alignas(64) Slice {
    Arena arena[2];  // by element
    std::vector<Delivery> deliveries;
    StepScratch scratch;
    std::vector<AlignedVector<double>> input;  // [port of the population at work][unit]
    std::vector<const double*> input_pointers;
    PhaseTimes times;
  };

  void add_populations();
  void add_coupling(const ProjectionSpec& spec);
  Wiring wiring_of(size_t i) const;
  std::vector<Connection> draw_connections();
  void cut_slices(unsigned n);
  void add_encoder(const EncoderSpec& spec, size_t index);
  void add_stimulus(const StimulusSpec& spec);
  void add_spike_train(const SpikeTrainSpec& spec);
  void add_record(const RecordSpec& spec);
  std::vector<uint32_t> units_of(size_t population, const Selector& selector, const UnitSubset& subset) const;
  size_t port_for(size_t population, const std::string& name, bool from_spikes, double sign, const Position& at) const;

  void build_plastic_paths();
  void add_weight_tracks();
  SynapseEnds ends_of(const SynapseRef& ref) const;
  const PlasticPath& plastic_path(const std::string& name, const Position& at) const;

  void change(const Owner& owner, const std::string& key, const Node& value);
  void apply_params(const Owner& owner, const PluginChoice& choice);
  const PluginChoice& declared(const Owner& owner) const;
  const PluginChoice& choice_of(const Owner& owner) const;
  void undo_changes();
  void visit_changes(StateArchive& a);
  void choose_inputs(const PhaseSpec& phase);
  void begin_episode(uint64_t step);
  void begin_phase(uint64_t step);
  bool is_checkpoint(uint64_t step) const { return step >= next_checkpoint_; }
  bool needs_meeting(uint64_t step) const {
    return has_serial_part_ || schedule_.begins_episode(step) || !weight_tracks_.empty() || is_checkpoint(step) ||
           (loop_ && loop_->is_boundary(step - schedule_.episode_start(step)));
  }
  void finish_episode();
  // Before the block at `step`, one thread does what needs all units at once.
  void meet(uint64_t step, const std::function<void(size_t)>& phase_done);
  void serial_part(uint64_t step);
  void arrive_plastic(size_t slice, uint64_t step);
  void record_weights(uint64_t step, const RecordSink& sink);
  void deliver(size_t slice, uint64_t from, uint64_t to);
  // The steps [from, to) of the block that starts at `block`.
  void update(size_t slice, uint64_t from, uint64_t to, uint64_t block);
  void visit(StateArchive& a);
  void step_chunk(size_t slice, size_t population, size_t first, size_t n, uint64_t step, uint64_t block);
  void add_inputs(size_t slice, size_t population, size_t first, size_t n, uint64_t step);
  template <class Real>
  void add_encoder_output(EncoderPath& e, size_t slice, size_t first, size_t n, uint64_t step, Real* to);
  void watch_rates(uint64_t from, uint64_t to);
  void take_over(const RecordSink& sink);
  void work(size_t slice, uint64_t first, uint64_t until, Barrier& barrier, const RecordSink& sink,
            const std::function<void(size_t)>& phase_done);

  const Scenario& scenario_;
  const Brain& brain_;
  const PathResolver& paths_;
  std::vector<std::unique_ptr<Population>> populations_;
  std::vector<Coupling> couplings_;
  std::vector<PlasticPath> plastic_paths_;
  std::vector<ContinuousPath> continuous_paths_;
  std::vector<WeightTrack> weight_tracks_;
  Schedule schedule_;
  std::unique_ptr<Modulators> modulators_;
  std::unique_ptr<ClosedLoop> loop_;
  std::vector<Stimulus> stimuli_;
  std::vector<EncoderPath> encoders_;
  std::vector<SpikeTrain> spike_trains_;
  std::vector<Injection> injections_;
  std::map<Owner, PluginChoice> changed_;  // with all parameters
  std::vector<RecordedUnits> records_;
  std::vector<std::vector<Port>> ports_;  // [population][port]
  std::vector<SpikePort> spike_ports_;
  Slices slices_;
  std::vector<Fan> fans_;
  std::vector<Slice> slice_;
  std::unique_ptr<SpikeHistory> history_;
  std::unique_ptr<Recorder> recorder_;
  AlignedVector<double> nothing_;
  uint64_t episode_start_ = 0;
  // The first step that is not done; steps done by all, the last piece of them and where its block lies; and how many
  // of them the recorder has taken over.
  uint64_t next_step_ = 0, done_until_ = 0, piece_ = 0, block_ = 0, block_end_ = 0, taken_until_ = 0;
  uint64_t checkpoint_every_ = 0;
  uint64_t next_checkpoint_ = std::numeric_limits<uint64_t>::max(), go_on_at_ = 0;
  bool is_loaded_ = false, is_over_ = false, ended_early_ = false;  // ended_early_: the last episode did
  std::function<void(double)> checkpoint_;
  std::vector<uint64_t> watched_spikes_;  // [population], of the current window
  uint64_t block_steps_ = 1, check_every_ = 1, delivered_until_ = 0, watched_from_ = 0;
  bool has_serial_part_ = false, has_spikes_ = false, measures_input_ = false;
  // A thread that fails or is told to stop asks for the end; all see it at the next meeting.
  std::atomic<bool> wants_end_{false};
  bool ends_ = false, is_stopped_ = false;
  std::mutex failure_mutex_;
  std::exception_ptr failure_;
  size_t failed_slice_ = 0;
};

}  // namespace encephagen
