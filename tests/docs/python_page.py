"""Runs every block of docs/how-to/python.md, in order and in one scratch folder, and compares what it shows.

python_page.py PAGE FOLDER PROGRAM [without-package]: the last leaves out all from the section on that needs the package.
"""

import doctest
import os
import re
import shutil
import subprocess
import sys


def blocks(page):
    """(kind, text, line) of the fenced blocks, in order."""
    kind = None
    for number, line in enumerate(page.splitlines(), 1):
        if line.startswith("```"):
            if kind is None:
                kind, lines, start = line[3:].strip(), [], number
            else:
                yield kind, "\n".join(lines) + "\n", start
                kind = None
        elif kind is not None:
            lines.append(line)


def missing_library():
    for name in ("numpy", "h5py", "pandas"):
        try:
            __import__(name)
        except ImportError:
            return name
    return None


def main(page, folder, program, *options):
    if missing_library():
        print(f"skipped: python3-{missing_library()} is not installed")
        sys.exit(77)
    with open(page, encoding="utf-8") as file:
        text = file.read()
    if "without-package" in options:
        text = text.split("## Let Python find the package")[0]
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(os.path.splitext(page)[0], folder)
    os.chdir(folder)
    os.environ["PATH"] = os.path.dirname(program) + os.pathsep + os.environ["PATH"]
    names, failed, ran = {}, 0, 0
    for kind, code, line in blocks(text):
        if kind == "sh":
            subprocess.run(["sh", "-e", "-c", code], check=True)
        elif kind == "pycon":
            test = doctest.DocTestParser().get_doctest(code, names, os.path.basename(page), page, line)
            runner = doctest.DocTestRunner(optionflags=doctest.FAIL_FAST)
            result = runner.run(test, clear_globs=False)
            names = test.globs
            failed, ran = failed + result.failed, ran + result.attempted
        elif re.search("[a-z]", kind):
            sys.exit(f"{page}:{line}: nobody runs a block of kind '{kind}'")
    print(f"{ran} examples, {failed} failed")
    sys.exit(1 if failed or ran < 5 else 0)


main(*filter(None, sys.argv[1:]))
