#!/usr/bin/env python3
"""Runs every command that a page shows, in order, and holds what it prints against what the page shows.

A block that begins with `$ ` is a session: lines after `$ ` are commands (a backslash at the end continues one), the others what they
print, standard error included. A line `...` stands for any lines. Times of work, progress, the folder and how many checks of a plugin
succeed are not compared. Where a page shows no error, commands must end with status 0. A block after a line that ends in "`NAME`:" is
the file NAME of the page's folder and must be it to the byte; a page without that folder writes its files from such blocks.

Usage: run_page.py PAGE PROGRAM ROOT WORK COMPILER
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys

BLOCK = re.compile(r"(?P<before>[^\n]*)\n+```(?P<kind>[a-z]*)\n(?P<text>.*?)^```", re.S | re.M)


def sessions_and_files(page):
    """[("file", name, text)] and [("session", command, shown lines)] in the order of the page."""
    out = []
    for block in BLOCK.finditer("\n" + page):
        named = re.search(r"`([\w./-]+\.\w+)`[^`]*:$", block["before"])
        if block["text"].startswith("$ "):
            for part in re.split(r"^\$ ", block["text"], flags=re.M)[1:]:
                lines = part.split("\n")
                n = 0
                while lines[n].endswith("\\"):
                    n += 1
                out.append(("session", "\n".join(lines[:n + 1]), [line.rstrip() for line in lines[n + 1:] if line.rstrip()]))
        elif named:
            out.append(("file", named[1], block["text"]))
    return out


def plain(line, work):
    line = line.replace(f"{work}/", "").rstrip()
    line = re.sub(r"\bin \d+(\.\d+)? s\b", "in # s", line)
    return re.sub(r"\b\d+ success\b", "# success", line)


def matches(shown, printed):
    """Whether `printed` lines are `shown`, in which '...' stands for any lines."""
    if not shown:
        return not printed
    if shown[0] == "..." or shown[0].strip() == "...":
        return any(matches(shown[1:], printed[k:]) for k in range(len(printed) + 1))
    return bool(printed) and shown[0] == printed[0] and matches(shown[1:], printed[1:])


def environment(program, root, compiler):
    env = {k: v for k, v in os.environ.items() if not k.startswith("ENCEPHAGEN")}
    env |= {"HOME": "/nowhere", "ENCEPHAGEN": str(root), "CXX": compiler, "NO_COLOR": "1",
            "PATH": f"{program.parent}:{env.get('PATH', '')}"}
    return env


def main():
    page, program, root, work = (pathlib.Path(a).resolve() for a in sys.argv[1:5])
    shutil.rmtree(work, ignore_errors=True)
    folder = page.with_suffix("")
    if folder.is_dir():
        shutil.copytree(folder, work)
    else:
        work.mkdir(parents=True)
    env = environment(program, root, sys.argv[5])
    faults, n = [], 0
    for kind, what, text in sessions_and_files(page.read_text(encoding="utf-8")):
        if kind == "file":
            if not folder.is_dir():
                (work / what).write_text(text, encoding="utf-8")
            elif not (folder / what).is_file():
                faults.append(f"{what} is shown, and {folder.name}/ does not hold it")
            elif (folder / what).read_text(encoding="utf-8") != text:
                faults.append(f"{what} is shown otherwise than it is in {folder.name}/")
            continue
        n += 1
        done = subprocess.run(["bash", "-c", what], cwd=work, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              check=False)
        printed = [plain(line, work) for line in done.stdout.split("\n") if line.strip() and not line.startswith("running: ")]
        shown = [plain(line, work) for line in text]
        if not matches(shown, printed):
            faults.append(f"$ {what}\n--- shown\n" + "\n".join(shown) + "\n--- printed\n" + "\n".join(printed))
        elif done.returncode and not any("error" in line or "does not conform" in line for line in shown):
            faults.append(f"$ {what}\nends with status {done.returncode}")
    if n == 0:
        faults.append("no command is shown")
    if faults:
        sys.exit(f"{page.name}: " + "\n\n".join(faults))
    print(f"{page.name}: {n} commands print what is shown")


if __name__ == "__main__":
    main()
