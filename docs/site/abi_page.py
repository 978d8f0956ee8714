#!/usr/bin/env python3
"""Writes docs/reference/abi.md, the structs of the plugin contract, from its headers and from the layout that tests pin.

  docs/site/abi_page.py ROOT            writes the page
  docs/site/abi_page.py ROOT --check    fails unless the committed page is the one it would write
"""
import pathlib
import re
import sys

HEADERS = ["base.h", "library.h", "unit.h", "edge.h", "world.h", "batch.h"]
HEAD = """# The plugin contract in C

<!-- Written by `docs/site/abi_page.py`; do not edit. -->

Every plugin, in whatever language, is reached through these structs of C11; authors of C++ plugins see the SDK instead
([tutorial](../tutorials/first-plugin.md)) and need this page only to look behind it. Offsets are those of 64-bit machines and never
change within a major version: structs grow at their end, and each begins with its `size`, by which the kernel knows what a plugin was
compiled against. Plugin and kernel shake hands over `eg_library`: majors must be equal, the plugin's minor at most the kernel's.

"""


def comment_text(comment):
    """The words of a C comment on one line, rules (bars of hyphens) dropped."""
    lines = [re.sub(r"^\s*\*? ?", "", line) for line in comment.strip().removeprefix("/*").removesuffix("*/").split("\n")]
    return re.sub(r"\s+", " ", re.sub(r"-{4,}", "", " ".join(lines))).strip()


def cell(text):
    """Words of a comment as Markdown, names of the contract as code."""
    text = text.replace("|", "\\|").replace("<", "&lt;").replace("*", "\\*")
    return re.sub(r"\b(?:EG_[A-Z0-9_]*[A-Z0-9]|eg_\w+(?:\.\w+)?)\b", lambda m: f"`{m[0]}`", text)


def layout(root):
    files = sorted((root / "tests/abi").glob("layout_*.inc"))
    text = files[-1].read_text(encoding="utf-8")
    sizes = dict(re.findall(r"EG_STRUCT\((\w+), (\d+)\)", text))
    return sizes, {(s, f): offset for s, f, offset in re.findall(r"EG_FIELD\((\w+), (\w+), (\d+)\)", text)}


def declarations(body):
    """(declaration, comment) of each member; a comment on a line of its own belongs to nothing and is returned with None."""
    pieces = re.findall(r"/\*.*?\*/|[^;/]+;|\s+|/", body, re.S)
    found, line_is_open = [], False
    for piece in pieces:
        if piece.startswith("/*"):
            text = comment_text(piece)
            if line_is_open and found:
                found[-1][1] = text
            else:
                found.append([None, text])
            line_is_open = False
        elif piece.strip():
            found.append([re.sub(r"\s+", " ", piece.strip().rstrip(";")), ""])
            line_is_open = True
        elif "\n" in piece and line_is_open:
            line_is_open = False
    return found


def names_of(declaration):
    pointer = re.search(r"\(\*(\w+)\)\(", declaration)
    if pointer:
        return [pointer[1]]
    return [re.search(r"(\w+)(?:\[\w+\])?\s*$", part)[1] for part in declaration.split(",")]


def struct_table(name, body, sizes, offsets):
    out = f"{sizes[name]} bytes.\n\n| member | offset | meaning |\n| --- | --- | --- |\n" if name in sizes else \
        "| member | offset | meaning |\n| --- | --- | --- |\n"
    for declaration, comment in declarations(body):
        if declaration is None:
            out += f"| | | *{cell(comment)}* |\n"
            continue
        places = [offsets.get((name, n), "") for n in names_of(declaration)]
        if "" in places:
            sys.exit(f"{name}: the layout of the tests does not know {declaration}")
        out += f"| `{declaration}` | {', '.join(places)} | {cell(comment)} |\n"
    return out + "\n"


def page(root):
    sizes, offsets = layout(root)
    out = HEAD
    for header in HEADERS:
        text = (root / "core/include/encephagen/abi" / header).read_text(encoding="utf-8")
        first = re.match(r"/\*.*?\*/", text, re.S)
        prose = comment_text(first[0])
        rules = re.search(r"^(.*?) Rules that hold for every line of this folder: (.*)$", prose)
        out += f"## {header}\n\n"
        if rules:
            out += cell(rules[1]) + "\n\nRules that hold for every line:\n\n"
            out += "".join(f"- {cell(rule.strip(' ;.'))}\n" for rule in re.split(r"(?:^|\s)- ", rules[2]) if rule) + "\n"
        else:
            out += cell(prose) + "\n\n"
        part = r"(?P<lead>/\*(?:(?!\*/).)*\*/\n)?(?P<whole>typedef struct (?P<name>\w+) \{\n(?P<body>.*?)\n\} \w+;|enum \{.*?\};|#define EG_\w+ [^\n]*|typedef int32_t eg_status;)"
        in_code = ""
        for m in re.finditer(part, text[first.end():], re.S):
            lead = comment_text(m["lead"]) if m["lead"] else ""
            if m["name"]:
                if in_code:
                    out += f"```c\n{in_code}```\n\n"
                    in_code = ""
                out += f"### {m['name']}\n\n" + (cell(lead) + "\n\n" if lead and not lead.endswith("----") else "")
                out += struct_table(m["name"], m["body"], sizes, offsets)
            else:
                in_code += (m["lead"] or "") + m["whole"] + "\n"
        if in_code:
            out += f"```c\n{in_code}```\n\n"
    return out.rstrip() + "\n"


if __name__ == "__main__":
    source = pathlib.Path(sys.argv[1])
    target = source / "docs/reference/abi.md"
    fresh = page(source)
    if "--check" not in sys.argv:
        target.write_text(fresh, encoding="utf-8")
    elif not target.is_file() or target.read_text(encoding="utf-8") != fresh:
        sys.exit("docs/reference/abi.md is out of date: run docs/site/abi_page.py . and commit it")
    for name in layout(source)[0]:
        if f"### {name}\n" not in fresh:
            sys.exit(f"docs/reference/abi.md does not tell of {name}")
