"""`make bench`: selfgraph beside hand-written SQL and PostGraphile, on one database, in turns."""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from bench import contenders
from bench.access import ordinary_user
from bench.answers import check_answers
from bench.cases import BOUND, CASES, CONTENDERS, POSTGRAPHILE, SELFGRAPH, SELFGRAPH_ADMIN, Case
from bench.database import data_folder, embedded_database, load_chinook
from bench.failure import BenchError
from bench.load import Load, Measurement, Target, middle
from bench.logins import measure_logins
from bench.report import Report, describe_machine
from bench.schemas import measure_schemas
from bench.startup import Startup, start_cold, start_warm
from bench.storage import measure_storage
from bench.wrk import find_wrk
from persistence.embedded import EmbeddedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bench.contenders import Contender

FOLDER: Final = Path(__file__).parent
WORK: Final = FOLDER / ".work"
RESULTS: Final = FOLDER / "results.json"


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure and for how long; seconds are whole, because wrk counts them so."""

    cases: tuple[Case, ...]
    contenders: tuple[str, ...]
    seconds: int
    rounds: int
    connections: int
    logins: bool
    schemas: bool
    storage: bool


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print the table, write `results.json`; 1 and one line where that cannot be done fairly."""
    plan = _read_arguments(arguments)
    WORK.mkdir(exist_ok=True)
    try:
        if plan.schemas:
            print(describe_machine({}))
            print(measure_schemas(plan.seconds, plan.rounds).table())
            return 0
        if plan.logins:
            print(describe_machine({}))
            print(measure_logins(plan.seconds, plan.rounds).table())
            return 0
        if plan.storage:
            print(describe_machine({}))
            print(measure_storage(plan.seconds, plan.rounds, plan.connections, WORK).table())
            return 0
        report = measure(plan)
    except (BenchError, EmbeddedError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    report.save(RESULTS)
    print(report.machine)
    print(report.table())
    return 0


def measure(plan: Plan) -> Report:
    """Start the contenders, check their answers, and load them in turns.

    Raises:
        BenchError: a contender other than PostGraphile does not start, or one answers wrongly.
    """
    command, environment = find_wrk(WORK)
    load = Load(command, environment, plan.connections)
    with ExitStack() as stack:
        data_dir = stack.enter_context(data_folder())
        servers: list[Contender] = []
        startup: Startup | None = None
        if {SELFGRAPH, SELFGRAPH_ADMIN} & set(plan.contenders):
            cold_seconds, version = start_cold(data_dir)
            admin, startup = stack.enter_context(start_warm(data_dir, cold_seconds))
            both = (ordinary_user(admin), replace(admin, name=SELFGRAPH_ADMIN))
            servers += [server for server in both if server.name in plan.contenders]
            url = stack.enter_context(embedded_database(data_dir))
        else:
            url = stack.enter_context(embedded_database(data_dir))
            version = load_chinook(url)
        servers += _start_others(stack, plan, url, data_dir.parent)
        cases = {case.name: _measure_case(case, servers, plan, load) for case in plan.cases}
    machine = describe_machine({"PostgreSQL": version, "connections": str(plan.connections)})
    return Report(machine, cases, startup)


def _start_others(stack: ExitStack, plan: Plan, url: str, folder: Path) -> list[Contender]:
    servers: list[Contender] = []
    if BOUND in plan.contenders:
        servers.append(stack.enter_context(contenders.bound(url, folder)))
    if POSTGRAPHILE in plan.contenders:
        try:
            servers.append(stack.enter_context(contenders.postgraphile(url, folder, WORK)))
        except BenchError as error:
            print(f"bench: PostGraphile is skipped: {error}", file=sys.stderr)
    return servers


def _measure_case(case: Case, servers: Sequence[Contender], plan: Plan, load: Load) -> dict[str, Measurement]:
    servers = [server for server in servers if case.is_for(server.name)]
    shortest = check_answers(case, servers)
    found: defaultdict[str, list[Measurement]] = defaultdict(list)
    with TemporaryDirectory() as folder:
        targets = {server.name: _target(case, server, Path(folder), shortest) for server in servers}
        for target in targets.values():
            load.measure(target, seconds=max(1, plan.seconds // 2))
        for _ in range(plan.rounds):
            for name, target in targets.items():
                found[name].append(load.measure(target, plan.seconds))
    return {name: middle(measurements) for name, measurements in found.items()}


def _target(case: Case, server: Contender, folder: Path, shortest: int) -> Target:
    bodies = folder / server.name
    bodies.write_bytes(b"\n".join(case.bodies(server.name)) + b"\n")
    return Target(server.url, server.headers, bodies, shortest)


def _read_arguments(arguments: Sequence[str] | None) -> Plan:
    parser = argparse.ArgumentParser(prog="bench/run.py", description=__doc__)
    cases = {case.name: case for case in CASES}
    parser.add_argument("--cases", default=",".join(cases), help="comma-separated (default: %(default)s)")
    parser.add_argument("--contenders", default=",".join(CONTENDERS), help="comma-separated (default: %(default)s)")
    parser.add_argument("--duration", type=int, default=4, help="seconds a measurement (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="measurements each; the median counts (%(default)s)")
    parser.add_argument("--connections", type=int, default=16, help="keep-alive connections (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="one second, one round: does it work, not how fast")
    parser.add_argument("--logins", action="store_true", help="measure logins, and nothing else")
    parser.add_argument("--schemas", action="store_true", help="measure many tables and roles, and nothing else")
    parser.add_argument("--storage", action="store_true", help="measure files beside nginx, and nothing else")
    given = parser.parse_args(arguments)
    chosen = _among(parser, given.cases, tuple(cases))
    return Plan(
        cases=tuple(cases[name] for name in chosen),
        contenders=_among(parser, given.contenders, CONTENDERS),
        seconds=1 if given.quick else given.duration,
        rounds=1 if given.quick else given.rounds,
        connections=given.connections,
        logins=given.logins,
        schemas=given.schemas,
        storage=given.storage,
    )


def _among(parser: argparse.ArgumentParser, text: str, known: Sequence[str]) -> tuple[str, ...]:
    names = tuple(text.split(","))
    unknown = [name for name in names if name not in known]
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; known: {', '.join(known)}")
    return names


if __name__ == "__main__":
    sys.exit(main())
