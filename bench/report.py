"""The results: a table for the reader, a JSON file for the scripts."""

from __future__ import annotations

import platform
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import orjson
import psutil

from bench.cases import BOUND, POSTGRAPHILE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bench.load import Measurement
    from bench.startup import Startup

GIBIBYTE: Final = 1024**3
HEADING: Final = ("case", "contender", "requests/s", "p50 ms", "p99 ms", "of bound", "of PostGraphile")
WORDS: Final = 2


@dataclass(frozen=True, slots=True)
class Report:
    """What one run found; `cases` by case and contender, `startup` where selfgraph took part."""

    machine: str
    cases: Mapping[str, Mapping[str, Measurement]]
    startup: Startup | None

    def save(self, path: Path) -> None:
        """Write the JSON file."""
        document: dict[str, object] = {
            "machine": self.machine,
            "cases": {
                case: {name: asdict(measurement) for name, measurement in measured.items()}
                for case, measured in self.cases.items()
            },
        }
        if self.startup:
            document["startup"] = self.startup.as_dict()
        path.write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))

    def table(self) -> str:
        """The results as a Markdown table, and the startup below it."""
        rows = [HEADING, *(row for case, measured in self.cases.items() for row in _rows(case, measured))]
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = [_line(row, widths) for row in rows]
        lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
        if self.startup:
            lines += ["", _startup_line(self.startup)]
        return "\n".join(lines)


def describe_machine(versions: Mapping[str, str]) -> str:
    """The processor, its cores, the memory, the system, and the versions given, in one line."""
    memory = psutil.virtual_memory().total / GIBIBYTE
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    hardware = f"{_processor()}, {psutil.cpu_count()} cores, {memory:.1f} GiB, {system}"
    software = {"Python": platform.python_version(), **versions}
    return "; ".join([hardware, *(f"{name} {version}" for name, version in software.items())])


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown processor"
    )


def _rows(case: str, measured: Mapping[str, Measurement]) -> list[tuple[str, ...]]:
    return [
        (
            case,
            name,
            f"{one.rps:,.1f}",
            f"{one.p50_ms:.2f}",
            f"{one.p99_ms:.2f}",
            _ratio(one, measured.get(BOUND)),
            _ratio(one, measured.get(POSTGRAPHILE)),
        )
        for name, one in measured.items()
    ]


def _ratio(one: Measurement, other: Measurement | None) -> str:
    return f"{one.rps / other.rps:.2f}" if other else "-"


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    words, figures = row[:WORDS], row[WORDS:]
    cells = [cell.ljust(width) for cell, width in zip(words, widths, strict=False)]
    cells += [cell.rjust(width) for cell, width in zip(figures, widths[WORDS:], strict=True)]
    return f"| {' | '.join(cells)} |"


def _startup_line(startup: Startup) -> str:
    return (
        f"selfgraph's start: from an empty folder {startup.cold_seconds:.2f} s to the first answer, "
        f"with data {startup.warm_seconds:.2f} s; idle {startup.idle_memory_mib:.0f} MiB"
    )
