"""The cases that fail, with the reason of each: `failures.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.conformance.cases import load

FILE = Path(__file__).with_name("failures.yaml")


def expected_failures() -> dict[str, str]:
    """Reasons by the names of cases."""
    reasons: dict[str, Any] = load(FILE) or {}
    return {case: group["reason"] for group in reasons.values() for case in group["cases"]}


def table() -> str:
    """The list as it stands in the README."""
    groups: dict[str, Any] = load(FILE) or {}
    rows = [f"| `{case}` | {group['reason'].strip()} |" for group in groups.values() for case in group["cases"]]
    return "\n".join(["| case | why |", "|---|---|", *rows]) + "\n"
