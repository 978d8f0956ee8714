#!/usr/bin/env python3
"""Builds the site of the documentation with MkDocs and checks its links; no network is needed.

Pages lie where they belong: in docs/, beside experiments and plugins, at the top. They are copied, with the files that they
link to, into one tree of the same layout, so that their relative links hold; a link to a folder leads to its README or to a list
of its files. MkDocs (strict) checks links between pages; links to files and to places within pages are checked here, and addresses
outside are listed in SITE.outside.txt, not visited. Exit status: 0 the site is built and every internal link leads somewhere, 1 otherwise.
"""
import argparse
import html.parser
import os
import pathlib
import re
import shutil
import subprocess
import sys
import urllib.parse

import yaml

HERE = pathlib.Path(__file__).resolve().parent
LINK = re.compile(r"(\]\()([^)\s]+)(\))")
CODE = re.compile(r"(^ *```.*?^ *```[^\n]*$|``[^\n]+?``|`[^`\n]+`)", re.S | re.M)
PICTURES = (".svg", ".png")

# Section of the site: (title, pages in order). A pattern stands for the rest of a folder, in the order of names.
SECTIONS = [
    ("Tutorials", ["docs/tutorials/first-scenario.md", "docs/tutorials/first-experiment.md", "docs/tutorials/first-plugin.md",
                   "docs/tutorials/brain-with-a-body.md", "docs/tutorials/*.md"]),
    ("How to", ["docs/how-to/*.md"]),
    ("Reference", ["docs/reference/verbs.md", "docs/reference/language.md", "docs/reference/plugins.md", "docs/reference/messages.md",
                   "docs/reference/results.md", "docs/reference/abi.md", "docs/reference/*.md", "core/host/conformance/README.md"]),
    ("Plugins", ["plugins/*/*/*.md"]),
    ("Experiments", ["experiments/*/README.md", "docs/results/*.md"]),
    ("Background", ["docs/explanation/design.md", "docs/explanation/*.md"]),
    ("Decisions", ["docs/decisions/README.md", "docs/decisions/*.md"]),
    ("Project", ["CONTRIBUTING.md", "CHANGELOG.md", "third_party/README.md", "tests/bench/README.md"]),
]


def heading(page):
    """A page's title: its first heading."""
    found = re.search(r"^# +(.+)$", page.read_text(encoding="utf-8"), re.M)
    if not found:
        sys.exit(f"{page}: has no title ('# ...')")
    return found[1].replace("`", "")


class Site:
    def __init__(self, source, tree):
        self.source, self.tree = source, tree
        self.pages, self.waiting = set(), []
        self.faults = []

    def stage(self):
        """Copies all pages and what they link to; the navigation as mkdocs.yml wants it."""
        nav = [{"Home": "README.md"}]
        self.add("README.md")
        for title, patterns in SECTIONS:
            entries = []
            for pattern in patterns:
                for page in sorted(self.source.glob(pattern)):
                    name = page.relative_to(self.source).as_posix()
                    if name not in self.pages:
                        self.add(name)
                        entries.append({self.title_in(title, page): name})
            if entries:
                nav.append({title: self.by_kind(entries) if title == "Plugins" else entries})
        while self.waiting:
            self.copy(self.waiting.pop())
        return nav

    @staticmethod
    def by_kind(entries):
        kinds = {}
        for entry in entries:
            kinds.setdefault(next(iter(entry.values())).split("/")[1], []).append(entry)
        return [{kind: pages} for kind, pages in kinds.items()]

    @staticmethod
    def title_in(section, page):
        if section == "Decisions" and page.name[:4].isdigit():
            return f"{int(page.name[:4])}. {heading(page)}"
        return heading(page).split(":")[0] if section == "Plugins" else heading(page)

    def add(self, name):
        if name not in self.pages:
            self.pages.add(name)
            self.waiting.append(name)

    def copy(self, name):
        target = self.tree / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if not name.endswith(".md"):
            shutil.copyfile(self.source / name, target)
            return
        text = self.listing(name) if name.endswith("/index.md") else (self.source / name).read_text(encoding="utf-8")
        parts = CODE.split(text)
        parts[::2] = [LINK.sub(lambda m: m[1] + self.link(name, m[2]) + m[3], self.with_lists(part)) for part in parts[::2]]
        target.write_text("".join(parts), encoding="utf-8")

    @staticmethod
    def with_lists(text):
        """GitHub begins a list without an empty line before it; Python-Markdown does not."""
        return re.sub(r"(?m)^(?!\s*(?:[-*|#>]|\d+\.)|\s*$)(?P<line>[^\n]+)\n(?=(?:- |1\. ))", r"\g<line>\n\n", text)

    def link(self, page, url):
        """The link as the tree needs it; queues what it leads to."""
        if re.match(r"[a-z]+:", url) or url.startswith("#"):
            return url
        path, _, anchor = url.partition("#")
        there = os.path.normpath(os.path.join(os.path.dirname(page), path))
        if there.startswith(".."):
            self.faults.append(f"{page}: '{url}' leads out of the repository")
            return url
        if (self.source / there).is_dir():
            readme = os.path.join(there, "README.md")
            there = readme if (self.source / readme).is_file() else os.path.join(there, "index.md")
        elif not (self.source / there).is_file():
            self.faults.append(f"{page}: '{url}' leads nowhere")
            return url
        self.add(there)
        return os.path.relpath(there, os.path.dirname(page) or ".") + (f"#{anchor}" if anchor else "")

    def listing(self, name):
        """A page for a folder without a README: its files, pictures shown."""
        folder = os.path.dirname(name)
        lines = [f"# {folder}", "", "Files of this folder.", ""]
        files = sorted(p.name for p in (self.source / folder).iterdir() if p.is_file() and not p.name.startswith("."))
        folders = sorted(p.name for p in (self.source / folder).iterdir() if p.is_dir() and (p / "README.md").is_file())
        lines += [f"- [{file}]({file})" for file in files] + [f"- [{sub}]({sub})" for sub in folders] + [""]
        lines += [f"![{file}]({file})" for file in files if file.endswith(PICTURES)]
        return "\n".join(lines) + "\n"


def foreign_parts(site):
    """Files and addresses that pages would load from elsewhere."""
    loads = re.compile(r"""<(?:script|img|iframe|source)[^>]+src=["']?((?:https?:)?//[^"'\s>]+)"""
                       r"""|<link(?![^>]+rel=["']?canonical)[^>]+href=["']?((?:https?:)?//[^"'\s>]+)""")
    return sorted({f"{page.relative_to(site)} loads {a or b}" for page in site.rglob("*.html")
                   for a, b in loads.findall(page.read_text(encoding="utf-8"))})


class Anchors(html.parser.HTMLParser):
    """Where a page can be entered, and where its links lead."""

    def __init__(self, page):
        super().__init__()
        self.ids, self.links = set(), set()
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name in ("id", "name") and value:
                self.ids.add(value)
            elif name in ("href", "src") and value:
                self.links.add(urllib.parse.unquote(value))


def links_of(site):
    """(broken links within the site, anchors included; addresses outside of it)"""
    pages = {page: Anchors(page) for page in sorted(site.rglob("*.html"))}
    broken, outside = [], set()
    for page, anchors in pages.items():
        for link in sorted(anchors.links):
            if re.match(r"[a-z]+:", link):
                outside.add(link)
                continue
            path, _, anchor = link.partition("#")
            there = pathlib.Path(os.path.normpath(page.parent / path)) if path else page
            if there.is_dir():
                there = there / "index.html"
            if page.name == "404.html" and not there.is_relative_to(site):
                continue  # made for the root of a server
            if not there.is_file():
                broken.append(f"{page.relative_to(site)}: '{link}' leads nowhere")
            elif anchor and there in pages and anchor not in pages[there].ids:
                broken.append(f"{page.relative_to(site)}: '{link}': there is no such place in the page")
    return broken, sorted(outside)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("source", type=pathlib.Path, help="root of the repository")
    arguments.add_argument("site", type=pathlib.Path, help="folder for the pages; what is in it is lost")
    given = arguments.parse_args()
    site = given.site.resolve()
    tree = site.parent / (site.name + ".source")
    shutil.rmtree(tree, ignore_errors=True)
    shutil.rmtree(site, ignore_errors=True)
    pages = Site(given.source.resolve(), tree)
    settings = yaml.safe_load((HERE / "mkdocs.yml").read_text(encoding="utf-8"))
    settings |= {"nav": pages.stage(), "docs_dir": str(tree), "site_dir": str(site)}
    faults = pages.faults
    if not faults:
        (tree.parent / (site.name + ".yml")).write_text(yaml.safe_dump(settings, sort_keys=False), encoding="utf-8")
        built = subprocess.run(["mkdocs", "--quiet", "build", "--strict", "--config-file", str(tree.parent / (site.name + ".yml"))],
                               check=False)
        if built.returncode:
            sys.exit("MkDocs refuses the pages")
        broken, outside = links_of(site)
        (site.parent / (site.name + ".outside.txt")).write_text("\n".join(outside) + "\n", encoding="utf-8")
        faults = foreign_parts(site) + broken
    if faults:
        print("\n".join(faults), file=sys.stderr)
        sys.exit(1)
    print(f"{len(list(site.rglob('*.html')))} pages in {site}; begin with {site / 'index.html'}")


if __name__ == "__main__":
    main()
