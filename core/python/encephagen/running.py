"""Scenarios and experiments as the command runs them."""

import os
import shutil
import tempfile
import warnings
import weakref

from . import _core
from .errors import UsageError
from .overrides import override_texts
from .results import Results


def check(file, set=None, plugin_paths=()):
    """Everything but running: raises what is wrong, returns warnings as a list of texts."""
    return _core.check(os.fspath(file), override_texts(set), [os.fspath(p) for p in plugin_paths])


def run(file, set=None, seed=None, folder=None, threads=None, plugin_paths=(), quick=False, resume=False):
    """Runs a scenario or an experiment and returns its Results, to the last bit those of the command.

    set      overrides: {"run.duration_ms": 100.0, "region.population.exc.n": 50}
    seed     of the run or experiment; None: what the file says
    folder   where results go, which must be empty or not there; None: a temporary one that goes with the Results
    threads  None: all processors that this process may use; results do not depend on it
    quick    the small size of an experiment
    resume   completes the results in the folder

    Other threads of Python go on meanwhile. Ctrl-C raises KeyboardInterrupt soon; runs that are complete, and a
    checkpoint of a scenario, stay in the folder for resume=True. Failed runs are in Results.failures.
    """
    if folder is None and resume:
        raise UsageError("resume=True needs the folder that is to be completed")
    if folder is None:
        folder = tempfile.mkdtemp(prefix="encephagen-")
        try:
            results = run(file, set, seed, folder, threads, plugin_paths, quick)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        weakref.finalize(results, shutil.rmtree, folder, ignore_errors=True)
        return results
    folder = os.fspath(folder)
    if os.path.isdir(folder) and os.listdir(folder) and not resume:
        raise UsageError(f"{folder}: the folder holds something already; choose another, or complete it with "
                         "resume=True")
    os.makedirs(folder, exist_ok=True)
    said = _core.run(os.fspath(file), override_texts(set), seed, folder, threads or 0,
                     [os.fspath(p) for p in plugin_paths], quick, resume)
    for text in said["warnings"]:
        warnings.warn(text, stacklevel=2)
    results = Results(folder)
    results.failures = said["failures"]
    return results
