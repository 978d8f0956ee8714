#!/usr/bin/env python3
"""run_page.py accepts a page that tells the truth and refuses one that does not."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
PAGE = "# A page\n\n`a.txt`:\n\n```toml\none = 1\n```\n\n```\n$ cat a.txt; echo took: in 0.3 s\none = 1\n...\ntook: in 0.5 s\n```\n"


class RunPageTest(unittest.TestCase):
    def run_page(self, text, files=None):
        with tempfile.TemporaryDirectory() as folder:
            page = pathlib.Path(folder) / "page.md"
            page.write_text(text, encoding="utf-8")
            for name, content in (files or {}).items():
                (page.with_suffix("") / name).parent.mkdir(exist_ok=True)
                (page.with_suffix("") / name).write_text(content, encoding="utf-8")
            done = subprocess.run([sys.executable, HERE / "run_page.py", page, sys.executable, folder, pathlib.Path(folder) / "work", "c++"],
                                  capture_output=True, text=True, check=False)
            return done.returncode, done.stdout + done.stderr

    def test_what_is_shown_is_what_is_printed(self):
        self.assertEqual(self.run_page(PAGE)[0], 0)
        self.assertEqual(self.run_page(PAGE, {"a.txt": "one = 1\n"})[0], 0)

    def test_another_output_is_refused(self):
        status, words = self.run_page(PAGE.replace("\none = 1\n...", "\none = 2\n..."))
        self.assertEqual(status, 1)
        self.assertIn("--- printed\none = 1", words)

    def test_a_missing_line_is_refused(self):
        self.assertEqual(self.run_page(PAGE.replace("\none = 1\n...\n", "\n"))[0], 1)

    def test_another_file_is_refused(self):
        status, words = self.run_page(PAGE, {"a.txt": "one = 1 \n"})
        self.assertEqual(status, 1)
        self.assertIn("a.txt is shown otherwise", words)

    def test_a_failure_that_is_not_shown_is_refused(self):
        self.assertEqual(self.run_page("```\n$ echo fine; false\nfine\n```\n")[0], 1)
        self.assertEqual(self.run_page("```\n$ echo error: no; false\nerror: no\n```\n")[0], 0)

    def test_a_page_without_commands_is_refused(self):
        self.assertEqual(self.run_page("# A page\n")[0], 1)


if __name__ == "__main__":
    unittest.main()
