#!/usr/bin/env python3
"""The site builds from the repository, and is refused when a link leads nowhere or a page loads something from elsewhere.

  site_test.py ROOT [unittest arguments]
"""
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(sys.argv.pop(1)).resolve()


def build(source, site):
    done = subprocess.run([sys.executable, ROOT / "docs/site/build.py", source, site], capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


class SiteTest(unittest.TestCase):
    def small(self, readme, other="# Other\n\n## A place\n"):
        """Builds a site of two pages."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        source = pathlib.Path(folder.name) / "source"
        (source / "docs/how-to").mkdir(parents=True)
        (source / "README.md").write_text("# Small\n\n" + readme, encoding="utf-8")
        (source / "docs/how-to/other.md").write_text(other, encoding="utf-8")
        (source / "docs/how-to/code.cpp").write_text("int x;\n", encoding="utf-8")
        return build(source, pathlib.Path(folder.name) / "site")

    def assert_refused(self, answer, words):
        self.assertEqual(answer[0], 1, answer[1])
        self.assertIn(words, answer[1])

    def test_links_to_pages_places_files_and_folders(self):
        text = "[a](docs/how-to/other.md#a-place), [b](docs/how-to/code.cpp), [c](docs/how-to/) and `[d](not a link)`\n"
        status, words = self.small(text)
        self.assertEqual(status, 0, words)

    def test_a_page_that_is_not_there(self):
        self.assert_refused(self.small("[a](docs/how-to/none.md)\n"), "README.md: 'docs/how-to/none.md' leads nowhere")

    def test_a_place_that_is_not_there(self):
        self.assert_refused(self.small("[a](docs/how-to/other.md#no-place)\n"), "there is no such place in the page")

    def test_a_picture_from_elsewhere(self):
        self.assert_refused(self.small("![a](https://example.org/a.png)\n"), "loads https://example.org/a.png")

    def test_the_repository(self):
        with tempfile.TemporaryDirectory() as folder:
            site = pathlib.Path(folder) / "site"
            status, words = build(ROOT, site)
            self.assertEqual(status, 0, words)
            for page in ("index", "docs/reference/messages", "docs/reference/verbs", "plugins/neuron/lif/lif",
                         "experiments/04_decomposition/index", "docs/decisions/index"):
                self.assertTrue((site / f"{page}.html").is_file(), page)
            self.assertTrue(list(site.rglob("*.svg")), "no picture")


if __name__ == "__main__":
    unittest.main()
