#!/usr/bin/env python3
"""The examples of docs/how-to/null-models.md, put together as the page says, are experiments that `check` accepts.

Usage: null_models.py PAGE PROGRAM WORK
"""
import pathlib
import re
import shutil
import subprocess
import sys

page, program, work = (pathlib.Path(a).resolve() for a in sys.argv[1:4])
blocks = re.findall(r"^```toml\n(.*?)^```", page.read_text(encoding="utf-8"), re.S | re.M)
if len(blocks) != 4:
    sys.exit(f"{page.name}: {len(blocks)} examples, and this test knows 4: one question, a screen, a decomposition, a collapse")
question, screen, decomposition, collapse = blocks
SCENARIO = """format = 1
run = { duration_ms = 1500.0, transient_ms = 500.0 }
connectome = { plugin = "core.spatial", params = { n_regions = 24 } }
region.population.mass = { plugin = "core.wilson_cowan" }
[[long_range]]
from = "mass"
to = "mass"
rule = { rate_per_weight = 1.0 }
global_coupling = 0.2
[[analyzer]]
plugin = "core.functional_connectivity"
[[analyzer]]
plugin = "core.variance"
"""
HEAD = 'format = 1\nbase = "scenario.toml"\n'


def arms(*names):
    return "".join(f'[[arm]]\nname = "{n}"\nreplicates = {1 if n == "real" else 99}\n' +
                   ("" if n == "real" else f'null_model = [{{ plugin = "core.{n}" }}]\n') for n in names)


experiments = {
    "question": HEAD + question + screen,
    "decomposition": HEAD + arms("real", "erdos_renyi", "degree_preserving", "degree_strength", "length_binned") + decomposition,
    "collapse": HEAD + '[[arm]]\nname = "sweep"\nreplicates = 3\n[sweep]\n"long_range.0.global_coupling" = [0.1, 0.2]\n' + collapse,
}
shutil.rmtree(work, ignore_errors=True)
work.mkdir(parents=True)
(work / "scenario.toml").write_text(SCENARIO, encoding="utf-8")
for name, text in experiments.items():
    (work / f"{name}.toml").write_text(text, encoding="utf-8")
    done = subprocess.run([program, "check", work / f"{name}.toml"], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{page.name}, {name}: {done.stderr}")
    print(name, done.stdout.split("\n")[0].split(": ", 1)[1], done.stderr)
