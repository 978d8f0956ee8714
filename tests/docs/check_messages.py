#!/usr/bin/env python3
"""Holds docs/reference/messages.md against the messages of the source: none missing, none of the past, each block of messages
with its cause and its cure. `--rejects` shows first that it refuses a page without one of these."""
import argparse
import pathlib
import re
import sys

from collect_messages import messages

ENTRY = re.compile(r"^### (?P<title>[^\n]*)\n\n```text\n(?P<messages>.*?)\n```\n(?P<rest>.*?)(?=^##|\Z)", re.S | re.M)


def faults(page, known):
    """What is wrong with the page, one line each."""
    found, listed = [], {}
    for entry in ENTRY.finditer(page):
        for part in ("Cause", "Cure"):
            if not re.search(rf"^\*\*{part}\.\*\* \S", entry["rest"], re.M):
                found.append(f"the entry '{entry['title']}' has no {part.lower()}")
        for message in entry["messages"].split("\n"):
            if message in listed:
                found.append(f"listed twice, in '{listed[message]}' and '{entry['title']}': {message}")
            listed[message] = entry["title"]
    if len(ENTRY.findall(page)) != page.count("\n### "):
        found.append("an entry is not of the form: title, block of messages, **Cause.**, **Cure.**")
    found += [f"not in the page: {place}: {text}" for text, place in known.items() if text not in listed]
    found += [f"no longer in the source: {text}" for text in listed if text not in known]
    return found


def expect(found, what):
    if not any(what in fault for fault in found):
        sys.exit(f"a page that should be refused ('{what}') is accepted: {found}")


def check_that_it_rejects(page, known):
    first = next(iter(known))
    expect(faults(page, known | {"a message of tomorrow": "new.cpp:1"}), "not in the page: new.cpp:1: a message of tomorrow")
    expect(faults(page, {k: v for k, v in known.items() if k != first}), f"no longer in the source: {first}")
    expect(faults(page.replace("**Cause.**", "**Reason.**", 1), known), "has no cause")
    expect(faults(page.replace("**Cure.** ", "**Cure.**\n", 1), known), "has no cure")
    expect(faults(page.replace(first, first + "\n" + first, 1), known), "listed twice")


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("root", type=pathlib.Path)
    arguments.add_argument("--rejects", action="store_true")
    given = arguments.parse_args()
    text = (given.root / "docs/reference/messages.md").read_text(encoding="utf-8")
    collected = messages(given.root)
    if len(collected) < 500:
        sys.exit(f"only {len(collected)} messages were collected: has the source changed how it makes them?")
    if given.rejects:
        check_that_it_rejects(text, collected)
    wrong = faults(text, collected)
    if wrong:
        print("\n".join(wrong))
        sys.exit(f"docs/reference/messages.md: {len(wrong)} faults. Add new messages to the entry of their cause, or write one.")
    print(f"{len(collected)} messages, all with cause and cure")
