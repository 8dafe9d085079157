"""The table of docs/conformance.md is complete, and up to date."""

from tests.conformance.table import DOCUMENT, document, load


def test_every_requirement_has_a_test_or_a_reason_to_have_none():
    problems = load().problems()
    assert not problems, "\n".join(problems)


def test_the_table_in_the_documentation_is_up_to_date():
    assert DOCUMENT.read_text("utf-8") == document(load()), "run `make conformance`"
