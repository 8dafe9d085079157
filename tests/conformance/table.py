"""The table of docs/conformance.md: every requirement, the code and the tests that hold it, or why it has none.

``python -m tests.conformance.table`` writes it. The tests are found in the text of the files, not by running pytest:
the table is the same whichever tests are selected.
"""

from __future__ import annotations

import ast
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = Path(__file__).parent
DOCUMENT = ROOT / "docs" / "conformance.md"
_HEAD = """# Conformance

What RFC 7643, RFC 7644 and RFC 9865 (and RFC 6750 and RFC 9110, where they build on them) ask of a service provider,
and what holds it here: the code, and the tests that `make test` runs over every store. An id is RFC, section and a
number of our own; the sentences are ours too. `make conformance` writes this file; a test fails when it is not up to
date.
"""


@dataclass(frozen=True, slots=True)
class Proof:
    """A test function that says what it holds. ``path`` is relative to the root of the project."""

    path: str
    name: str
    holds: tuple[str, ...]
    may_be_skipped: bool


@dataclass(frozen=True, slots=True)
class Ledger:
    """The data files beside this module, and the tests."""

    requirements: dict[str, dict[str, str]]
    code: dict[str, list[str]]
    reasons: dict[str, str]
    tests: tuple[Proof, ...]

    def holders(self, id):
        """Return the tests that hold the requirement *id*."""
        return [test for test in self.tests if id in test.holds]

    def code_of(self, id):
        """Return the modules of *id*: its own entry, else that of the nearest section around it."""
        return self.code.get(_nearest(self.code, id), [])

    def reason_of(self, id):
        """Return why *id* has no test, by itself or with all of its section; None when there is no reason."""
        return self.reasons.get(_nearest(self.reasons, id))

    def problems(self):
        """Return one line for everything that the table would hide."""
        lines = []
        for id in self.requirements:
            reason, proofs = self.reason_of(id), self.holders(id)
            lines += [f"{id} has neither a test nor a reason to have none"] if not proofs and not reason else []
            lines += [f"{id} has a test and a reason to have none"] if proofs and reason else []
            lines += [f"{id} has a test, but no code"] if proofs and not self.code_of(id) else []
        for test in self.tests:
            lines += [f"{test.name} holds {id}, which is unknown" for id in test.holds if id not in self.requirements]
            lines += [f"{test.name} may be skipped, and holds nothing"] if test.may_be_skipped else []
        used = {_nearest(table, id) for table in (self.code, self.reasons) for id in self.requirements}
        lines += [f"{place} stands for nothing" for place in {*self.code, *self.reasons} - used]
        paths = {path for modules in self.code.values() for path in modules}
        return lines + [f"{path} does not exist" for path in sorted(paths) if not (ROOT / path).is_file()]


def _nearest(table, id):
    """Return the longest key of *table* that is *id* or a section around it, None without one."""
    around = [place for place in table if f"{id}-".startswith((f"{place}.", f"{place}-"))]
    return max(around, key=len, default=None)


def load():
    """Return the ledger of the files as they are now."""
    data = [
        tomllib.loads((FOLDER / name).read_text("utf-8")) for name in ("requirements.toml", "code.toml", "reasons.toml")
    ]
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    return Ledger(*data, tuple(test for path in files for test in tests_in(path)))


def tests_in(path):
    """Return the tests in the file *path* that say what they hold."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef):
            marks = defaultdict(list)
            for mark in filter(lambda mark: isinstance(mark, ast.Call), node.decorator_list):
                marks[ast.unparse(mark.func)] += [ast.literal_eval(each) for each in _ids(mark)]
            holds = tuple(marks.pop("pytest.mark.requirement", ()))
            doubts = {"pytest.mark.skipif", "pytest.mark.skip", "pytest.mark.xfail"} & set(marks)
            if holds:
                found.append(Proof(path.relative_to(ROOT).as_posix(), node.name, holds, bool(doubts)))
    return found


def _ids(mark):
    return mark.args if ast.unparse(mark.func) == "pytest.mark.requirement" else []


def document(ledger):
    """Return the text of docs/conformance.md."""
    by_rfc = defaultdict(list)
    for id, requirement in ledger.requirements.items():
        by_rfc[id.partition("-")[0]].append(_row(ledger, id, requirement))
    parts = [_HEAD]
    for rfc, rows in by_rfc.items():
        parts.append(
            f"\n## RFC {rfc}\n\n| id | level | what it asks | code | tests, or why there are none |\n"
            "|---|---|---|---|---|\n" + "".join(rows)
        )
    return "".join(parts)


def _row(ledger, id, requirement):
    tests = ledger.holders(id)
    code = ", ".join(f"[{_short(path)}](../{path})" for path in ledger.code_of(id)) if tests else ""
    held = "<br>".join(f"[{_sentence(test.name)}](../{test.path})" for test in tests) or (ledger.reason_of(id) or "")
    cells = (id, requirement["level"], requirement["text"], code, held)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _short(path):
    return "/".join(Path(path).parts[-2:])


def _sentence(name):
    return name.removeprefix("test_").replace("_", " ")


if __name__ == "__main__":
    DOCUMENT.write_text(document(load()), "utf-8")
