from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from bench.load import Measurement
from bench.report import Report
from bench.startup import Startup

if TYPE_CHECKING:
    from pathlib import Path

MEASURED = {
    "selfgraph": Measurement(500, 2, 8),
    "bound": Measurement(1000, 1, 4),
    "postgraphile": Measurement(250, 4, 16),
}


def test_the_file_holds_every_figure_by_case_and_contender(tmp_path: Path) -> None:
    report = Report("a machine", {"album_by_key": MEASURED}, Startup(2.5, 0.5, 90))

    report.save(tmp_path / "results.json")

    assert orjson.loads((tmp_path / "results.json").read_bytes()) == {
        "machine": "a machine",
        "cases": {
            "album_by_key": {
                "selfgraph": {"rps": 500, "p50_ms": 2, "p99_ms": 8},
                "bound": {"rps": 1000, "p50_ms": 1, "p99_ms": 4},
                "postgraphile": {"rps": 250, "p50_ms": 4, "p99_ms": 16},
            }
        },
        "startup": {"cold_seconds": 2.5, "warm_seconds": 0.5, "idle_memory_mib": 90},
    }


def test_the_table_gives_the_ratios_to_the_bound_and_to_postgraphile() -> None:
    lines = Report("a machine", {"album_by_key": MEASURED}, None).table().splitlines()

    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert cells[2] == ["album_by_key", "selfgraph", "500.0", "2.00", "8.00", "0.50", "2.00"]


def test_the_table_has_no_ratio_to_a_contender_that_was_left_out() -> None:
    only = {"selfgraph": MEASURED["selfgraph"]}

    assert Report("a machine", {"album_by_key": only}, None).table().splitlines()[2].count(" - ") == 2
