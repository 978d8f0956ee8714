"""Results of a run or experiment as numpy arrays. docs/reference/results.md tells what every file and array means."""

import csv
import json
import os
from typing import NamedTuple

import numpy

from .errors import DataError, UsageError


class Spikes(NamedTuple):
    """Times in ms, in the order of steps, and the number of the unit that fired, within its population."""

    time_ms: numpy.ndarray
    unit: numpy.ndarray


class Recording(NamedTuple):
    """A state, rate or weight of some units: data[time, unit]."""

    time_ms: numpy.ndarray
    data: numpy.ndarray
    unit: numpy.ndarray  # number within the population; of rates: region
    unit_region: numpy.ndarray = None


def _h5py():
    try:
        import h5py
    except ImportError as error:
        raise ImportError("arrays lie in results.h5, which h5py reads: apt-get install python3-h5py") from error
    return h5py


def _array(dataset):
    values = dataset[()]
    if getattr(values, "dtype", None) is not None and values.dtype.kind in "OS":
        return numpy.array([v.decode() if isinstance(v, bytes) else v for v in values.ravel()]).reshape(values.shape)
    return values.decode() if isinstance(values, bytes) else values


class Results:
    """A folder of results: of a run, of an experiment, or of one run of it. Reads when asked."""

    def __init__(self, folder):
        self.folder = os.fspath(folder)
        self.failures = []  # of an experiment that run() has just run
        if not os.path.isfile(os.path.join(self.folder, "run.json")):
            raise DataError(f"{self.folder}: holds no results; `encephagen run` and encephagen.run() write some")

    def __repr__(self):
        return f"<encephagen.Results {self.folder}>"

    def _json(self, name):
        with open(os.path.join(self.folder, name), encoding="utf-8") as file:
            return json.load(file)

    @property
    def info(self):
        """run.json: where the results come from."""
        return self._json("run.json")

    @property
    def claims(self):
        """The verdicts of an experiment: a list of dicts, empty where nothing is claimed."""
        return self._json("claims.json")["claims"] if self._has("claims.json") else []

    def _has(self, name):
        return os.path.isfile(os.path.join(self.folder, name))

    def metrics(self):
        """metrics.csv by column: {"run": array, "arm": ..., "metric": ..., "group": ..., "value": ...}.

        pandas.DataFrame(results.metrics()) is the table.
        """
        with open(os.path.join(self.folder, "metrics.csv"), newline="", encoding="utf-8") as file:
            rows = list(csv.reader(file))
        columns = dict(zip(rows[0], zip(*rows[1:]))) if len(rows) > 1 else {name: () for name in rows[0]}
        types = {"run": int, "replicate": int, "repeat": int, "value": float}
        return {name: numpy.array([types.get(name, str)(v) for v in values]) for name, values in columns.items()}

    def metric(self, name, group="", arm=None):
        """Values of one metric, an array with one number for every run (of an arm) that has it."""
        m = self.metrics()
        chosen = (m["metric"] == name) & (m["group"] == group)
        if arm is not None:
            chosen &= m["arm"] == arm
        if not chosen.any():
            raise UsageError(f"{self.folder}: there is no metric {name!r} of group {group!r}"
                             + (f" in arm {arm!r}" if arm is not None else "")
                             + "; there are " + ", ".join(sorted(set(m["metric"]))))
        return m["value"][chosen]

    def names(self, folder):
        """What lies in a folder of results.h5: names("recordings"), names("spikes"), names("analyzers/NAME")."""
        with _h5py().File(os.path.join(self.folder, "results.h5"), "r") as file:
            return list(file[folder]) if folder in file else []

    def _read(self, path, f):
        with _h5py().File(os.path.join(self.folder, "results.h5"), "r") as file:
            if path not in file:
                parent, name = path.rsplit("/", 1)
                there = list(file[parent or "/"]) if (parent or "/") in file else []
                where = parent.strip("/") or "results.h5"
                raise UsageError(f"{self.folder}: there is no {name!r} in {where}; there are "
                                 + (", ".join(there) or "none"))
            return f(file[path])

    def spikes(self, name):
        """Spikes of a recording, by default called POPULATION.spikes."""
        return self._read(f"/spikes/{name}",
                          lambda g: Spikes(g["timestamps"][()], g["node_ids"][()].astype(numpy.int64)))

    def recording(self, name):
        """A recording of states, rates or weights."""
        return self._read(f"/recordings/{name}",
                          lambda g: Recording(g["time_ms"][()], g["data"][()], g["unit"][()], g["unit_region"][()]))

    def arrays(self, path):
        """Arrays of a folder of results.h5, as {name: array}: arrays("bodies/NAME/trials"), arrays("connectome")."""
        return self._read(f"/{path}", lambda g: {key: _array(g[key]) for key in g if hasattr(g[key], "shape")})

    def analyzer(self, name):
        """Arrays that an analyzer left: {name: array}."""
        return self.arrays(f"analyzers/{name}")

    def connectome(self):
        """The graph of a run: region_label, region_group, weights[target, source] and what else there is."""
        return self.arrays("connectome")

    def runs(self):
        """The runs of an experiment that are done, as {number: Results}."""
        below = os.path.join(self.folder, "runs")
        there = sorted(os.listdir(below)) if os.path.isdir(below) else []
        return {int(name): Results(os.path.join(below, name)) for name in there
                if name.isdigit() and os.path.isfile(os.path.join(below, name, "run.json"))}
