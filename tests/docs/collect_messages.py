#!/usr/bin/env python3
"""Collects the messages that the program's source can print, in the form docs/reference/messages.md lists them.

A message is a text given to one of the calls by which the code gives up or complains (SINKS), or a text that a function
returns as a reason (RETURNS). What is filled in at run time is written as an ellipsis: placeholders of fmt and whatever
stands between literals joined by '+'.
"""
import pathlib
import re
import sys

TOKEN = re.compile(
    r"""(?P<comment>//[^\n]*|/\*.*?\*/)|(?P<raw>R"(?P<delim>[^()\s\\]{0,16})\((?P<rawtext>.*?)\)(?P=delim)")"""
    r"""|(?P<string>"(?:[^"\\\n]|\\.)*")|(?P<char>'(?:[^'\\\n]|\\.)+')|(?P<name>[A-Za-z_]\w*)|(?P<number>\d[\w.']*)"""
    r"""|(?P<other>::|->|<<|>>|&&|\|\||[^\sA-Za-z_])""", re.S)
ESCAPES = {"n": "\n", "t": "\t", '"': '"', "'": "'", "\\": "\\", "0": "\0"}


def tokens_of(text):
    """(kind, text, line) of every token but comments; adjacent strings are one."""
    out = []
    for m in TOKEN.finditer(text):
        kind = m.lastgroup if m.lastgroup not in ("delim", "rawtext") else "raw"
        if m.group("comment"):
            continue
        line = text.count("\n", 0, m.start()) + 1
        if m.group("raw"):
            kind, value = "string", m.group("rawtext")
        elif m.group("string"):
            kind, value = "string", re.sub(r"\\(.)", lambda e: ESCAPES.get(e.group(1), e.group(0)), m.group("string")[1:-1])
        else:
            value = m.group(0)
        if kind == "string" and out and out[-1][0] == "string":
            out[-1] = ("string", out[-1][1] + value, out[-1][2])
        else:
            out.append((kind, value, line))
    return out


OPEN, CLOSE = {"(": ")", "{": "}", "[": "]"}, {")", "}", "]"}
# Calls (and constructors, with or without the name of a variable) whose arguments hold the text of a message.
SINKS = {
    "Failure", "StorageFailure", "PluginFailed", "LibraryRefused", "CallFailed", "DownloadFailed", "ExpressionError",
    "invalid_argument", "runtime_error", "length_error", "out_of_range", "logic_error", "system_error",
    "error", "warning", "warn", "warn_once", "fail", "refuse", "refusal", "give_up", "damaged", "throw_error", "set_error",
    "note", "Refusal", "Missing", "undetermined", "Handle", "check", "require",
}
# Variables and members that hold the reason of a refusal.
REASONS = {"why", "reason", "refusal", "fault", "problem", "wrong", "error", "warning", "note", "what"}
# Lists of complaints; `push_back` and `emplace_back` fill them.
LISTS = {"warnings", "caveats", "missing_regions_", "skipped_"}
# Files whose functions return other texts than messages: help, verdicts, tables of results.
RETURN_OTHER_TEXTS = {
    "core/cli/reference.cpp", "core/cli/completion_verb.cpp", "core/cli/man_verb.cpp", "core/cli/doctor_verb.cpp",
    "core/experiment/claim.cpp", "core/experiment/claim_names.cpp", "core/experiment/decomposition.cpp",
    "core/experiment/experiment_results.cpp", "core/experiment/cost_estimate.cpp", "core/experiment/figures.cpp",
    "core/experiment/svg_drawing.cpp",
    "core/host/version.cpp", "core/host/floating_point_state.cpp", "core/scenario/audit_command.cpp", "core/scenario/data_commands.cpp",
    "core/scenario/node.cpp", "core/scenario/table_spec.cpp",
}
FILLED = "\0"  # what is filled in at run time


def end_of(tokens, i):
    """Index of the bracket that closes the one at i."""
    depth = 0
    while i < len(tokens):
        if tokens[i][0] == "other":
            if tokens[i][1] in OPEN:
                depth += 1
            elif tokens[i][1] in CLOSE:
                depth -= 1
                if depth == 0:
                    return i
        i += 1
    return len(tokens)


def split(tokens, separators):
    """The parts of an expression between separators outside brackets."""
    parts, start, i = [], 0, 0
    while i < len(tokens):
        kind, value, _ = tokens[i]
        if kind == "other" and value in OPEN:
            i = end_of(tokens, i)
        elif kind == "other" and value in separators:
            parts.append(tokens[start:i])
            start = i + 1
        i += 1
    parts.append(tokens[start:])
    return parts


def texts_of(tokens):
    """[(text, line)] that an expression can yield. Text that a condition chooses gives one for each choice."""
    branches = split(tokens, {"?", ":"})
    if len(branches) > 1:
        chosen = branches[1:]  # the first is the condition; of chained conditions, those hold no literals
        return [t for branch in chosen for t in texts_of(branch)]
    texts = [("", None)]
    for operand in split(tokens, {"+"}):
        choices = operand_texts(operand)
        texts = [(before + after, line or at) for before, line in texts for after, at in choices]
    return texts


def operand_texts(tokens):
    if not tokens:
        return [("", None)]
    if all(kind in ("string", "name") for kind, _, _ in tokens) and any(kind == "string" for kind, _, _ in tokens):
        # Literals with macros between them are one literal.
        return [("".join(v if kind == "string" else FILLED for kind, v, _ in tokens), tokens[0][2])]
    opening = next((i for i, t in enumerate(tokens) if t[0] == "other" and t[1] in ("(", "{")), None)
    if opening is not None and end_of(tokens, opening) == len(tokens) - 1:
        called = [t[1] for t in tokens[:opening] if t[0] == "name"]
        inside = tokens[opening + 1:-1]
        if not called or called[-1] == "string":
            return texts_of(inside)
        if called[-1] == "format":
            return texts_of(split(inside, {","})[0])
        if called[-1] == "say":  # of plugins/common: its arguments, one after the other
            return texts_of([t for argument in split(inside, {","}) for t in (("other", "+", 0), *argument)])
        if called[-1] in SINKS:
            return [t for argument in split(inside, {","}) for t in texts_of(argument)]
    return [(FILLED, None)]


def normal(text):
    """The message as the page shows it: one line, an ellipsis for what is filled in."""
    text = text.replace("{{", "\1").replace("}}", "\2")
    text = re.sub(r"\{[^{}]*\}", FILLED, text).replace("\1", "{").replace("\2", "}")
    return re.sub(r"\s+", " ", re.sub(f"{FILLED}+", "…", text)).strip()


def is_sentence(text):
    return len(re.findall(r"[A-Za-z]{2,}", text)) >= 2 and " " in text.replace("…", "")


def is_to_list(tokens, i):
    return any(t[1] in LISTS for t in tokens[max(0, i - 3):i])


def messages_in(path, returns=True):
    """[(message, line)] of a file, each message once. `returns`: texts that functions return are messages."""
    tokens = tokens_of(path.read_text(encoding="utf-8"))
    found = {}
    for i, (kind, value, _) in enumerate(tokens):
        if kind != "name":
            continue
        after = tokens[i + 1][1] if i + 1 < len(tokens) else ""
        if value in SINKS and (after in ("(", "{") or (i + 2 < len(tokens) and tokens[i + 1][0] == "name" and
                                                       tokens[i + 2][1] in ("(", "{"))):
            opening = i + 1 if after in ("(", "{") else i + 2
            arguments = split(tokens[opening + 1:end_of(tokens, opening)], {","})
        elif value in ("push_back", "emplace_back") and is_to_list(tokens, i):
            arguments = split(tokens[i + 2:end_of(tokens, i + 1)], {","})
            if arguments and arguments[0] and arguments[0][0][1] == "{":
                arguments = split(arguments[0][1:-1], {","})
        elif value == "print" and tokens[i + 2][1] == "stderr":
            arguments = split(tokens[i + 2:end_of(tokens, i + 1)], {","})[1:2]
        elif value in REASONS and after == "=":
            arguments = [split(tokens[i + 2:], {";"})[0]]
        elif value == "return" and returns:
            arguments = [split(tokens[i + 1:], {";"})[0]]
        else:
            continue
        for argument in arguments:
            for text, line in texts_of(argument):
                if is_sentence(normal(text)):
                    found.setdefault(normal(text), line)
    return list(found.items())


def sources(root):
    """(path, name, whether functions return messages) of the program's files: kernel and core plugins without their tests, without the
    templates of new plugins and the SDK's tools for tests. What `conform` and `data audit` find is told elsewhere: in the README of the
    conformance kit and in docs/how-to/audit-a-connectome.md."""
    for folder in ("core", "plugins"):
        for path in sorted((root / folder).rglob("*.[ch]pp")):
            name = path.relative_to(root).as_posix()
            is_test = path.stem.endswith("_test") or path.name.startswith("test_")
            is_told_elsewhere = name.startswith(("core/host/conformance/", "core/scenario/audit/"))
            is_template = name.startswith("core/cli/templates/") or path.stem.startswith("testing")
            if not is_test and not is_told_elsewhere and not is_template:
                yield path, name, name.startswith("core/") and name not in RETURN_OTHER_TEXTS


def messages(root):
    """{message: place}"""
    found = {}
    for path, name, returns in sources(root):
        for text, line in messages_in(path, returns):
            found.setdefault(text, f"{name}:{line}")
    return found


if __name__ == "__main__":
    for text, place in messages(pathlib.Path(sys.argv[1])).items():
        print(f"{place}: {text}")
