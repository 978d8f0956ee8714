#!/usr/bin/env python3
"""The examples of docs/how-to/bodies.md, put together as the page says, are scenarios that run.

Usage: bodies.py PAGE PROGRAM WORK
"""
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
page, program, work = (pathlib.Path(a).resolve() for a in sys.argv[1:4])
blocks = re.findall(r"^```toml\n(.*?)^```", page.read_text(encoding="utf-8"), re.S | re.M)
if len(blocks) != 6:
    sys.exit(f"{page.name}: {len(blocks)} examples, and this test knows 6: loop, phases, pushes, controller, critic, record")
loop, phases, pushes, controller, critic, record = blocks
cart, learning = ((HERE / "bodies" / f"{name}.toml").read_text(encoding="utf-8") for name in ("cart", "learning"))
short = ["phase.0.episodes=3", "phase.1.episodes=2"]
scenarios = {
    "loop": (cart + loop + phases, short),
    "critic": (cart + learning + loop + phases + critic, short),
    "walker": ("format = 1\n" + controller + pushes + phases + record, short),
}
shutil.rmtree(work, ignore_errors=True)
work.mkdir(parents=True)
for name, (text, settings) in scenarios.items():
    (work / f"{name}.toml").write_text(text, encoding="utf-8")
    options = [o for s in settings for o in ("--set", s)]
    done = subprocess.run([program, "run", work / f"{name}.toml", "-o", work / name, *options], capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{page.name}, {name}: {done.stderr}")
print(f"{len(scenarios)} scenarios run")
