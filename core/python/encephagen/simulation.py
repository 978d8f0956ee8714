"""A simulation that is driven step by step."""

import os
from typing import NamedTuple

import numpy

from . import _core
from .overrides import override_texts, toml_value
from .results import Recording, Spikes


class Population(NamedTuple):
    """Units of one plugin in the regions where they stand."""

    name: str
    plugin: str
    size: int
    states: list  # names of the state columns
    can_spike: bool
    region: numpy.ndarray  # of each unit, an index into Simulation.regions


class Synapses(NamedTuple):
    """Arrays of equal length, by source; units are numbered within their populations."""

    source: numpy.ndarray
    target: numpy.ndarray
    weight: numpy.ndarray
    delay_ms: numpy.ndarray


class Parameter(NamedTuple):
    """Of a plugin: its value (what is no number: as TOML), its range and what it is."""

    value: object
    low: float
    high: float
    doc: str


class Simulation:
    """One scenario, built and standing before its first step.

    Arguments are those of run(). All arrays are copies: they stay as they are when the simulation goes on. Pieces of
    any length give, to the last bit, what one run gives. Not to be used by two threads at once.
    """

    def __init__(self, file, set=None, seed=None, threads=None, plugin_paths=()):
        self._session = _core.Session(os.fspath(file), override_texts(set), seed, threads or 0,
                                      [os.fspath(p) for p in plugin_paths])
        self.populations = {p[0]: Population(*p) for p in self._session.populations()}
        self.regions = self._session.regions()

    def __repr__(self):
        return f"<encephagen.Simulation {self._session.title()!r} at {self.time_ms:g} of {self.duration_ms:g} ms>"

    @property
    def time_ms(self):
        """Simulated time since the start; states are those at this time."""
        return self._session.time_ms()

    @property
    def dt_ms(self):
        """Length of a step."""
        return self._session.dt_ms()

    @property
    def duration_ms(self):
        """When the scenario ends."""
        return self._session.duration_ms()

    @property
    def is_over(self):
        """Whether the end of the scenario is reached: advance() does nothing more."""
        return self._session.is_over()

    def advance(self, ms=None):
        """Goes on by `ms`, rounded to steps, or to the end of the scenario; further where bodies end an episode early.

        Other threads of Python go on meanwhile. Ctrl-C raises KeyboardInterrupt between two blocks of steps; the
        simulation stands there and can go on.
        """
        self._session.advance(self.duration_ms - self.time_ms if ms is None else ms)

    def spikes(self, population):
        """Spikes of the last advance(): Spikes(time_ms, unit), in the order of time; a time is the end of its step."""
        return Spikes(*self._session.spikes(population))

    def state(self, population, name=""):
        """A state of all units of a population, now: an array [unit]. Without a name, the first."""
        return self._session.state(population, name)

    @property
    def recordings(self):
        """Names of what the scenario records."""
        return self._session.recordings()

    def recording(self, name):
        """What a recording has gathered since the start: Spikes, or a Recording(time_ms, data[time, unit], unit)."""
        parts = self._session.recording(name)
        return Spikes(*parts) if len(parts) == 2 else Recording(*parts)

    @property
    def bodies(self):
        """Names of the bodies."""
        return self._session.bodies()

    def body(self, name):
        """What a body did and met since the start: {"trial.reward": array, "step.observation": array, ...}.

        Names and shapes are those that analyzers see. Rows of steps are there if the scenario records the body.
        """
        return self._session.body(name)

    @property
    def projections(self):
        """Names of the projections that have synapses."""
        return self._session.projections()

    def synapses(self, projection):
        """The synapses of a projection, weights as they are now: Synapses(source, target, weight, delay_ms)."""
        return Synapses(*self._session.synapses(projection))

    def inject(self, population, amplitude, duration_ms, port="", units=None):
        """Adds `amplitude`, in the unit of the port, to the input of units (None: all) for this long from now on.

        Without a port it is the one that a [[stimulus]] would choose.
        """
        if units is not None and len(units) == 0:
            return
        self._session.inject(population, port, [] if units is None else [int(u) for u in units], amplitude, duration_ms)

    def parameters(self):
        """What set() may change, as it is now: {path: Parameter(value, low, high, doc)}."""
        return {path: Parameter(float(value) if is_number else value, low, high, doc)
                for path, value, is_number, low, high, doc in self._session.params()}

    def set(self, path, value):
        """Changes a parameter from the next step on: "exc.tau_m_ms", "encoder.0.rate_hz" (by number or name).

        What a scenario may say there may be said here: a number, or a distribution as a dict.
        """
        self._session.set_param(path, toml_value(value))

    def save(self, file):
        """The whole simulation, changes included, into a file; appears there complete or not at all."""
        self._session.save(os.fspath(file))

    def restore(self, file):
        """Goes back, or forward, to a saved state: only of the same scenario and as many threads."""
        self._session.restore(os.fspath(file))
