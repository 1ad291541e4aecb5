"""Cases of Hasura's own suite: files of one request and answer, or of several that are run in order."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from persistence.yaml_text import read_yaml

ROOT = Path(__file__).parents[2]
VARIABLE = "SELFGRAPH_CONFORMANCE_DIR"
SIBLING = ROOT.parent / "shared" / "conformance" / "hasura"
"""Where the cases are looked for if the variable does not say: a folder beside the project's."""


GRAPHQL = "/v1/graphql"
SUPPLEMENTS = Path(__file__).with_name("supplements")
"""What setups lack since they are of another version than their cases."""
SHARED = {"offset": "limits"}
"""Folders that have no setup of their own, and the one beside them that they use."""


@dataclass(frozen=True, slots=True)
class Case:
    """One request and what is expected of it; `name` is its file and, of several in one, its number from 1 on."""

    name: str
    request: Any
    headers: dict[str, str]
    url: str | None
    status: int | None
    response: Any

    @property
    def refused(self) -> bool:
        """Whether an error is expected instead of data."""
        match self.response:
            case {"data": _}:
                return False
            case {"errors": _} | {"error": _}:
                return True
            case _:
                return (self.status or 200) >= 400


@dataclass(frozen=True, slots=True)
class Folder:
    """Files that share a setup, which is run once, or in two halves of which the second is run for each file."""

    path: Path
    name: str

    @property
    def files(self) -> list[Path]:
        return sorted(file for file in self.path.glob("*.yaml") if not is_setup(file))

    @property
    def setup(self) -> list[Path]:
        """What is run once: the older setups are in one file; where they lack something, a supplement brings it."""
        halves = ("schema_setup.yaml",) if self.values else ("setup.yaml", "schema_setup.yaml")
        place = self.path.parent / SHARED[self.path.name] if self.path.name in SHARED else self.path
        found = [place / name for name in halves if (place / name).exists()][:1]
        supplement = SUPPLEMENTS / f"{self.name.replace('/', '.')}.yaml"
        return [*found, *([supplement] if supplement.exists() else [])]

    @property
    def values(self) -> list[Path]:
        """What is run before each file."""
        return [file for file in (self.path / "values_setup.yaml",) if file.exists()]

    def cases(self, file: Path) -> list[Case]:
        """The cases of a file in their order."""
        found = load(file)
        entries = found if isinstance(found, list) else [found]
        name = f"{self.name}/{file.name}"
        return [
            _case(name if len(entries) == 1 else f"{name}#{number}", entry)
            for number, entry in enumerate(entries, start=1)
        ]


def is_setup(file: Path) -> bool:
    return file.stem.endswith(("setup", "teardown"))


def load(file: Path) -> Any:
    return read_yaml(file.read_text(encoding="utf-8")).value


def folder_of_cases() -> Path | None:
    """Where the cases are; None if they are not on this machine."""
    place = Path(os.environ.get(VARIABLE) or SIBLING) / "queries"
    return place if place.is_dir() else None


def folders(place: Path | None) -> list[Folder]:
    """Every folder that has cases."""
    if place is None:
        return []
    found = {file.parent for file in place.rglob("*.yaml") if not is_setup(file)}
    return [Folder(path, str(path.relative_to(place))) for path in sorted(found)]


def _step(name: str, entry: dict[str, Any]) -> Case:
    """A step beside a subscription, with JSON in texts; of a live query it says nothing but what the step answers."""
    parts = (entry.get(part) for part in ("variables", "response"))
    variables, answer = (json.loads(part) if isinstance(part, str) else part for part in parts)
    url = GRAPHQL if answer and "stream_response" not in entry else None
    return Case(name, {"query": entry["query"], "variables": variables}, {}, url, 200, {"data": answer})


def _case(name: str, entry: dict[str, Any]) -> Case:
    request = entry.get("query")
    if isinstance(request, str):
        return _step(name, entry)
    return Case(
        name=name,
        request=request,
        headers={header: str(value) for header, value in (entry.get("headers") or {}).items()},
        url=entry.get("url"),
        status=entry.get("status"),
        response=entry.get("response"),
    )
