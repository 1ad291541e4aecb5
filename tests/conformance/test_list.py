from __future__ import annotations

from pathlib import Path

from tests.conformance.expected import expected_failures, table

README = Path(__file__).with_name("README.md")
CASES = 280
SHARE = 0.95


def test_the_readme_has_the_list() -> None:
    assert README.read_text(encoding="utf-8").endswith(f"\n\n{table()}"), f"write it anew:\n{table()}"


def test_nineteen_of_twenty_cases_pass() -> None:
    assert 1 - len(expected_failures()) / CASES >= SHARE


def test_no_case_is_listed_twice() -> None:
    assert table().count("| `") == len(expected_failures())
