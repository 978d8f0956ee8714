"""What can go wrong. Messages are those of the `encephagen` command, `status` is the exit status it would have had."""


class Error(RuntimeError):
    """Any failure of Encephagen."""

    status = 1


class SimulationError(Error):
    """The simulation failed, or a state stopped being finite."""

    status = 1


class UsageError(Error, ValueError):
    """Something was asked for that does not exist or cannot be."""

    status = 2


class ScenarioError(Error):
    """The scenario or experiment is not valid; the message names every fault with file, line and column."""

    status = 3


class PluginError(Error):
    """A plugin is missing or was refused."""

    status = 4


class DataError(Error):
    """Data are missing or corrupt."""

    status = 5


def error_of(status, text):
    """The exception for an exit status."""
    for kind in (SimulationError, UsageError, ScenarioError, PluginError, DataError):
        if kind.status == status:
            return kind(text)
    error = Error(text)
    error.status = status
    return error
