"""Encephagen from Python: run scenarios and experiments, drive a simulation step by step, read results as numpy arrays.

    import encephagen
    results = encephagen.run("scenario.toml", set={"run.duration_ms": 100.0}, seed=1)
    sim = encephagen.Simulation("scenario.toml")
    sim.advance(ms=10)
    sim.spikes("exc")
"""

from ._core import version as _version
from .errors import DataError, Error, PluginError, ScenarioError, SimulationError, UsageError
from .results import Recording, Results, Spikes
from .running import check, run
from .simulation import Parameter, Population, Simulation, Synapses

__version__ = _version().split()[0]
__all__ = ["check", "run", "Simulation", "Parameter", "Population", "Synapses",
           "Results", "Recording", "Spikes",
           "Error", "SimulationError", "UsageError", "ScenarioError", "PluginError", "DataError"]
