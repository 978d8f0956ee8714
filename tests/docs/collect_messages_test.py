#!/usr/bin/env python3
"""The collector sees each way in which the source makes messages, and no other text."""
import pathlib
import tempfile
import unittest

from collect_messages import messages_in


def collected(code):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "code.cpp"
        path.write_text(code, encoding="utf-8")
        return [text for text, _ in messages_in(path)]


class CollectorTest(unittest.TestCase):
    def test_placeholders_become_ellipses(self):
        self.assertEqual(collected('throw Failure(Exit::usage, fmt::format("--{} {}: needs {:.3g} words", a, b, c));'),
                         ["--… …: needs … words"])

    def test_literals_joined_by_plus_are_one_message(self):
        self.assertEqual(collected('throw std::invalid_argument(std::string(what) + ": cannot be read, " + why + "; try again");'),
                         ["…: cannot be read, …; try again"])

    def test_neighbouring_literals_and_macros_are_one(self):
        self.assertEqual(collected('fail("has no symbol \'" EG_ENTRY "\' "\n"at all");'), ["has no symbol '…' at all"])

    def test_arguments_of_say_are_one_message(self):
        self.assertEqual(collected('throw std::runtime_error(say(file, ", line ", n, ": no number"));'), ["…, line …: no number"])

    def test_a_condition_gives_one_message_for_each_choice(self):
        self.assertEqual(collected('d.error(at, is_empty ? fmt::format("reads no {}", x) : "reads this " + y);'),
                         ["reads no …", "reads this …"])

    def test_doubled_braces_are_braces(self):
        self.assertEqual(collected('refuse(fmt::format("write test = {{ rank = {} }}", x));'), ["write test = { rank = … }"])

    def test_reasons_returned_assigned_and_listed(self):
        self.assertEqual(collected('why = "it ends early";'), ["it ends early"])
        self.assertEqual(collected('return fmt::format("there is no {}", x);'), ["there is no …"])
        self.assertEqual(collected('out.warnings.push_back(fmt::format("{} runs failed", n));'), ["… runs failed"])
        self.assertEqual(collected('fmt::print(stderr, "stopped by a signal; {} kept\\n", n);'), ["stopped by a signal; … kept"])

    def test_named_constructors(self):
        self.assertEqual(collected('const Failure lost(Exit::usage, "the runs are lost");'), ["the runs are lost"])

    def test_comments_and_other_texts_are_none(self):
        self.assertEqual(collected('// throw Failure(x, "an old message");\nfmt::print("all is well\\n"); name("a text of words");'), [])

    def test_arguments_of_other_calls_are_none(self):
        self.assertEqual(collected('refuse(fmt::format("holds no {}", join(names, " and then ")));'), ["holds no …"])


if __name__ == "__main__":
    unittest.main()
