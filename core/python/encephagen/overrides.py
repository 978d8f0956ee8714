"""Values of Python as the `key=value` texts that `--set` takes."""

import json


def toml_value(value):
    """A number, text, flag, list or dict (numpy's, too) as TOML."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return json.dumps(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(toml_value(v) for v in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(str(k))} = {toml_value(v)}" for k, v in value.items()) + " }"
    raise TypeError(f"a {type(value).__name__} cannot be a value of a scenario")


def override_texts(overrides):
    """{"run.duration_ms": 100.0} as ["run.duration_ms=100.0"]."""
    return [f"{key}={toml_value(value)}" for key, value in (overrides or {}).items()]
