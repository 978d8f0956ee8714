"""The Python package against the command: same bits, same words, and an interpreter that lives on.

Found through the environment: ENCEPHAGEN_PROGRAM, ENCEPHAGEN_SOURCE_DIR; the package through PYTHONPATH.
"""

import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
import unittest

import numpy

import encephagen
import encephagen.overrides

PROGRAM = os.environ["ENCEPHAGEN_PROGRAM"]
SCENARIO = pathlib.Path(os.environ["ENCEPHAGEN_SOURCE_DIR"]) / "docs/how-to/python/scenario.toml"
EXPERIMENT = SCENARIO.with_name("experiment.toml")
EMPTY = SCENARIO.parents[3] / "docs"  # a folder that holds no results


def command(*arguments):
    return subprocess.run([PROGRAM, *map(str, arguments)], capture_output=True, text=True)


class SameAsTheCommand(unittest.TestCase):
    """What the command and the package make of one scenario is equal, byte by byte."""

    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory()
        cls.folder = pathlib.Path(cls.temporary.name)
        said = command("run", SCENARIO, "--seed", 3, "--set", "run.duration_ms=60.0", "-o", cls.folder / "a", "--quiet")
        assert said.returncode == 0, said.stderr

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    def test_run_leaves_the_same_bytes(self):
        results = encephagen.run(SCENARIO, set={"run.duration_ms": 60.0}, seed=3, folder=self.folder / "b", threads=1)
        for name in ("results.h5", "metrics.csv", "resolved.toml"):
            self.assertEqual((self.folder / "a" / name).read_bytes(), (self.folder / "b" / name).read_bytes(), name)
        other = encephagen.run(SCENARIO, set={"run.duration_ms": 60.0}, seed=4)
        self.assertNotEqual(other.spikes("fired").time_ms.tolist(), results.spikes("fired").time_ms.tolist())

    def test_a_driven_simulation_gives_the_same_bits(self):
        results = encephagen.Results(self.folder / "a")
        sim = encephagen.Simulation(SCENARIO, set={"run.duration_ms": 60.0}, seed=3)
        time_ms, unit = [], []
        for ms in [0.1, 0.2, 7.3, 1.0, 13.7] * 10:
            sim.advance(ms)
            time_ms.extend(sim.spikes("exc").time_ms)
            unit.extend(sim.spikes("exc").unit)
        self.assertTrue(sim.is_over)
        self.assertEqual(sim.time_ms, 60.0)
        late = numpy.array(time_ms) > 7.05  # the transient is not recorded
        recorded = results.spikes("fired")
        self.assertGreater(len(recorded.unit), 100)
        self.assertTrue(numpy.array_equal(numpy.array(time_ms)[late], recorded.time_ms))
        self.assertTrue(numpy.array_equal(numpy.array(unit)[late], recorded.unit))
        self.assertTrue(numpy.array_equal(sim.recording("v").data, results.recording("v").data))
        self.assertTrue(numpy.array_equal(sim.recording("v").time_ms, results.recording("v").time_ms))
        self.assertTrue(numpy.array_equal(sim.recording("fired").unit, recorded.unit))

    def test_an_experiment_gives_the_same_metrics(self):
        said = command("run", EXPERIMENT, "-o", self.folder / "e", "--quiet")
        self.assertEqual(said.returncode, 0, said.stderr)
        results = encephagen.run(EXPERIMENT, folder=self.folder / "f")
        self.assertEqual((self.folder / "e/metrics.csv").read_bytes(), (self.folder / "f/metrics.csv").read_bytes())
        self.assertEqual(results.failures, [])
        self.assertEqual(len(results.metric("rate_hz", arm="weak")), 4)
        self.assertEqual(results.claims[0]["verdict"], "supported")
        run = results.runs()[5]
        self.assertEqual(run.connectome()["weights"].shape, (4, 4))
        self.assertEqual(run.analyzer("core.group_rates")["rate_hz"].shape, (200,))

    def test_errors_have_the_words_and_the_status_of_the_command(self):
        cases = [({"region.population.exc.params.tau": 1.0}, encephagen.ScenarioError),
                 ({"analyzer.0.plugin": "core.group_rate"}, encephagen.PluginError),
                 ({"connectome.plugin": "core.tvb",
                   "connectome.params": {"dataset": "tvb97", "rows": "targets", "self_loops": "drop"}},
                  encephagen.DataError)]
        for overrides, kind in cases:
            texts = [part for text in encephagen.overrides.override_texts(overrides) for part in ("--set", text)]
            said = command("run", SCENARIO, *texts, "-o", self.folder / "never")
            with self.assertRaises(kind) as caught:
                encephagen.run(SCENARIO, set=overrides)
            self.assertNotEqual(said.returncode, 0)
            self.assertEqual(caught.exception.status, said.returncode)
            self.assertEqual(said.stderr, f"error: {caught.exception}\n")

    def test_a_failing_simulation_is_an_exception_and_stays_one(self):
        overrides = {"run.runaway_hz": 1.0}
        with self.assertRaisesRegex(encephagen.SimulationError, "above runaway_hz = 1: weaken excitation"):
            encephagen.run(SCENARIO, set=overrides)
        sim = encephagen.Simulation(SCENARIO, set=overrides)
        for _ in range(2):
            with self.assertRaisesRegex(encephagen.SimulationError, "above runaway_hz = 1"):
                sim.advance()

    def test_a_folder_that_holds_something_is_left_alone(self):
        before = (self.folder / "a/metrics.csv").stat().st_mtime_ns
        with self.assertRaisesRegex(encephagen.UsageError, "holds something already"):
            encephagen.run(SCENARIO, folder=self.folder / "a")
        self.assertEqual((self.folder / "a/metrics.csv").stat().st_mtime_ns, before)

    def test_a_temporary_folder_goes_with_its_results(self):
        results = encephagen.run(SCENARIO)
        folder = results.folder
        self.assertTrue(os.path.isdir(folder))
        del results
        self.assertFalse(os.path.exists(folder))


class Driving(unittest.TestCase):
    def test_arrays_are_copies(self):
        sim = encephagen.Simulation(SCENARIO)
        sim.advance(10)
        v, spikes = sim.state("exc", "v_mv"), sim.spikes("exc")
        kept, times = v.copy(), spikes.time_ms.copy()
        v[0] = 1e9  # does not reach the simulation
        sim.advance(10)
        self.assertLess(sim.state("exc", "v_mv").max(), 1e3)
        self.assertTrue(numpy.array_equal(v[1:], kept[1:]))
        self.assertTrue(numpy.array_equal(spikes.time_ms, times))
        self.assertFalse(numpy.array_equal(sim.state("exc"), kept))

    def test_saved_states_are_of_the_same_scenario(self):
        with tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "state")
            sim = encephagen.Simulation(SCENARIO)
            sim.advance(12.3)
            sim.save(file)
            sim.advance()
            end = sim.state("exc")
            other = encephagen.Simulation(SCENARIO)
            other.restore(file)
            self.assertAlmostEqual(other.time_ms, 12.3)
            other.advance()
            self.assertTrue(numpy.array_equal(other.state("exc"), end))
            with self.assertRaisesRegex(encephagen.DataError, "cannot be restored: it is of another scenario"):
                encephagen.Simulation(SCENARIO, seed=99).restore(file)
            with self.assertRaisesRegex(encephagen.DataError, "it cannot be read"):
                other.restore(os.path.join(folder, "none"))

    def test_what_does_not_exist_is_told(self):
        sim = encephagen.Simulation(SCENARIO)
        for call, words in [(lambda: sim.spikes("ex"), "there is no population 'ex'; did you mean 'exc'"),
                            (lambda: sim.state("exc", "u"), "has no state 'u'"),
                            (lambda: sim.recording("w"), "there is no recording 'w'"),
                            (lambda: sim.advance(-1), "must not be negative"),
                            (lambda: sim.inject("exc", 1.0, 1.0, port="nose"), "nose"),
                            (lambda: sim.inject("exc", 1.0, 1.0, units=[200]), "there is no unit 200"),
                            (lambda: sim.set("exc.tau_m_ms", -3), "tau_m_ms"),
                            (lambda: encephagen.Simulation(EXPERIMENT), "is an experiment"),
                            (lambda: encephagen.Simulation(SCENARIO, threads=-1), "threads"),
                            (lambda: encephagen.Results(EMPTY), "holds no results")]:
            with self.assertRaisesRegex(encephagen.Error, words):
                call()

    def test_other_threads_go_on_while_a_simulation_does(self):
        sim = encephagen.Simulation(SCENARIO, set={"run.duration_ms": 1e6})
        ticks, done = [], threading.Event()

        def count():
            while not done.wait(0.005):
                ticks.append(time.monotonic())

        thread = threading.Thread(target=count)
        thread.start()
        begin = time.monotonic()
        sim.advance(4000)
        end = time.monotonic()
        done.set()
        thread.join()
        self.assertGreater(sum(begin < t < end for t in ticks), 3)


    def test_synapses_and_bodies_are_arrays(self):
        sim = encephagen.Simulation(SCENARIO)
        self.assertEqual(len(sim.projections), 1)
        s = sim.synapses(sim.projections[0])
        self.assertEqual(len(s.source), 200 * 12)
        self.assertTrue((numpy.bincount(s.target, minlength=200) == 12).all())
        self.assertTrue((numpy.diff(s.source) >= 0).all())
        self.assertAlmostEqual(s.weight.min(), 0.6)
        self.assertTrue(1.15 < s.delay_ms.min() < s.delay_ms.max() < 4.05)
        with self.assertRaisesRegex(encephagen.UsageError, "there is no projection 'p' with synapses"):
            sim.synapses("p")
        with self.assertRaisesRegex(encephagen.UsageError, "there is no body 'cart'; there are none"):
            sim.body("cart")
        moved = encephagen.Simulation(SCENARIO, set={"body": {"arm": {
            "plugin": "core.pendulum", "controller": {"plugin": "core.random_policy"}}}})
        self.assertEqual(moved.bodies, ["arm"])
        moved.advance()
        body = moved.body("arm")
        self.assertEqual(body["trial.begin_ms"].tolist(), [0.0])
        self.assertEqual(body["trial.reward"].dtype, float)

    def test_arrays_are_found_by_path(self):
        results = encephagen.run(SCENARIO)
        self.assertEqual(sorted(results.arrays("recordings/v")), ["data", "time_ms", "unit", "unit_region"])
        with self.assertRaisesRegex(encephagen.UsageError, "there is no 'w' in recordings; there are v"):
            results.recording("w")
        with self.assertRaisesRegex(encephagen.UsageError, "there is no 'bodies' in results.h5; there are analyzers"):
            results.arrays("bodies")
        with self.assertRaisesRegex(encephagen.UsageError, "there is no metric 'rate'"):
            results.metric("rate")


class Interrupting(unittest.TestCase):
    """Ctrl-C while a child of ours is at work: it hears of it as KeyboardInterrupt, and lives on."""

    def interrupted(self, code):
        script = textwrap.dedent(f"""
            import sys, encephagen
            scenario = {str(SCENARIO)!r}
            """) + textwrap.dedent(code)
        child = subprocess.Popen([sys.executable, "-u", "-c", script], stdout=subprocess.PIPE, text=True)
        try:
            self.assertEqual(child.stdout.readline(), "ready\n")
            time.sleep(0.3)
            child.send_signal(signal.SIGINT)
            out, _ = child.communicate(timeout=30)
        finally:
            child.kill()
        self.assertEqual(child.returncode, 0)
        return out

    def test_advance(self):
        out = self.interrupted("""
            sim = encephagen.Simulation(scenario, set={"run.duration_ms": 1e8})
            print("ready")
            try:
                sim.advance()
            except KeyboardInterrupt:
                reached = sim.time_ms
                sim.advance(5)
                print("went on", 0 < reached < sim.time_ms)
            """)
        self.assertEqual(out, "went on True\n")

    def test_run(self):
        out = self.interrupted("""
            print("ready")
            try:
                encephagen.run(scenario, set={"run.duration_ms": 1e8})
            except KeyboardInterrupt:
                print(len(encephagen.run(scenario).spikes("fired").unit) > 100)
            try:
                import os, signal
                os.kill(os.getpid(), signal.SIGINT)  # Python's own handler is back
                print("deaf")
            except KeyboardInterrupt:
                print("hears")
            """)
        self.assertEqual(out, "True\nhears\n")


if __name__ == "__main__":
    unittest.main()
