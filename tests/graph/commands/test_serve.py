"""`selfgraph serve` as a process: what it prints, how it fails, that it leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
from typing import TYPE_CHECKING

import httpx
import psutil
import pytest

from tests.graph.commands.process import KEY, PATIENCE, Process, running

if TYPE_CHECKING:
    from pathlib import Path

QUERY = {"query": "{ system { initialized } }"}


def ask(url: str, key: str = KEY) -> object:
    return httpx.post(url, json=QUERY, headers={"apikey": key}, timeout=PATIENCE).json()


def refused(*arguments: str, folder: Path, **environment: str) -> tuple[int, str]:
    """The exit code and standard error of a server that does not start."""
    with running("serve", *arguments, folder=folder, **environment) as process:
        code = process.wait()
        with pytest.raises(AssertionError):
            process.line("GraphQL")
        return code, process.errors


def test_every_wrong_setting_is_a_line_and_the_exit_code_is_2(tmp_path: Path) -> None:
    code, errors = refused(folder=tmp_path, PORT="http", MAX_DEPTH="0", SECRET_KEY="too-short")
    assert code == 2
    assert [line.partition("=")[0] for line in errors.splitlines()] == ["PORT", "SECRET_KEY", "MAX_DEPTH"]
    assert "too-short" not in errors
    assert not (tmp_path / ".selfgraph").exists()


def test_a_wrong_option_is_a_line_and_the_exit_code_is_2(tmp_path: Path) -> None:
    code, errors = refused("--port", "70000", folder=tmp_path)
    assert (code, errors.count("\n")) == (2, 1)
    assert errors.startswith("PORT=70000 is not accepted")


def test_a_port_in_use_is_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        code, errors = refused("--port", str(port), folder=tmp_path)
    assert (code, errors.count("\n")) == (1, 1)
    assert f"port {port} on 127.0.0.1 is in use" in errors
    assert not (tmp_path / ".selfgraph").exists()


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid", "not a host"])
def test_an_address_of_another_machine_is_one_line(tmp_path: Path, host: str) -> None:
    code, errors = refused("--host", host, "--port", "0", folder=tmp_path)
    assert (code, errors.count("\n")) == (1, 1)
    assert host in errors


def test_an_unreachable_database_is_one_line_without_its_password(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"postgresql://me:hidden-password@127.0.0.1:{unused.getsockname()[1]}/shop"
        settings = {"DATABASE_URL": url, "DATABASE_CONNECT_TIMEOUT": "0.5", "LOG_LEVEL": "ERROR"}
        code, errors = refused("--port", "0", folder=tmp_path, **settings)
    assert (code, errors.count("\n")) == (1, 1)
    assert "cannot connect to PostgreSQL at 127.0.0.1:" in errors
    assert "hidden-password" not in errors


@pytest.mark.parametrize("below", ["file", "file/below"])
def test_a_data_directory_that_cannot_be_made_is_one_line(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").write_text("no folder")
    code, errors = refused("--port", "0", folder=tmp_path, DATA_DIR=str(tmp_path / below))
    assert (code, errors.count("\n")) == (1, 1)
    assert str(tmp_path / "file") in errors


def test_a_database_that_is_given_is_served(tmp_path: Path, migrated_database: str) -> None:
    with running("serve", "--port", "0", folder=tmp_path, DATABASE_URL=migrated_database) as process:
        assert ask(process.line("GraphQL")) == {"data": {"system": {"initialized": True}}}
        process.signal()
        assert process.wait() == 0


def test_the_first_start_makes_a_database_and_keys_and_leaves_no_process(open_folder: Path) -> None:
    with running("serve", "--port", "0", folder=open_folder, SERVICE_KEY="") as process:
        url, keys = process.line("GraphQL"), process.line("Keys")
        assert keys == str(open_folder / ".selfgraph" / "keys.env")
        values = dict(
            line.split("=") for line in (open_folder / ".selfgraph" / "keys.env").read_text().splitlines()[1:]
        )
        assert ask(url, values["SERVICE_KEY"]) == {"data": {"system": {"initialized": True}}}
        process.signal()
        assert process.wait() == 0
    assert all(value not in "\n".join([*process.lines, process.errors]) for value in values.values())
    assert processes_in(open_folder) == []


def test_a_signal_during_the_start_ends_it(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://me@127.0.0.1:{silent.getsockname()[1]}/shop"
        with running(
            "serve", "--port", "0", folder=tmp_path, DATABASE_URL=url, ANON_KEY=f"anon-{KEY}", SECRET_KEY=KEY
        ) as process:
            silent.settimeout(PATIENCE)
            silent.accept()[0].close()
            process.signal()
            assert process.wait() == 0
            assert "Traceback" not in process.errors


def test_several_workers_share_the_port_and_end_together(tmp_path: Path, migrated_database: str) -> None:
    with running("serve", "--port", "0", "--workers", "2", folder=tmp_path, DATABASE_URL=migrated_database) as process:
        assert ask(process.line("GraphQL")) == {"data": {"system": {"initialized": True}}}
        workers = workers_of(process)
        assert len(workers) == 2
        process.signal()
        assert process.wait() == 0
        assert not any(worker.is_running() for worker in workers)


def test_a_worker_that_dies_is_replaced(tmp_path: Path, migrated_database: str) -> None:
    with running("serve", "--port", "0", "--workers", "2", folder=tmp_path, DATABASE_URL=migrated_database) as process:
        url = process.line("GraphQL")
        workers = workers_of(process)
        workers[0].kill()
        psutil.wait_procs(workers[:1], PATIENCE)
        workers[1].kill()  # so that only a new process can answer
        assert ask(url) == {"data": {"system": {"initialized": True}}}
        process.signal()
        assert process.wait() == 0


def test_workers_end_when_their_parent_is_killed(tmp_path: Path, migrated_database: str) -> None:
    with running("serve", "--port", "0", "--workers", "2", folder=tmp_path, DATABASE_URL=migrated_database) as process:
        process.line("GraphQL")
        workers = workers_of(process)
        process.signal(signal.SIGKILL)
        process.wait()
        _, alive = psutil.wait_procs(workers, PATIENCE)
        assert alive == []


def test_a_worker_that_cannot_start_ends_them_all_with_one(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"postgresql://me@127.0.0.1:{unused.getsockname()[1]}/shop"
        settings = {"DATABASE_URL": url, "DATABASE_CONNECT_TIMEOUT": "0.2", "LOG_LEVEL": "ERROR", "WORKERS": "2"}
        code, errors = refused("--port", "0", folder=tmp_path, **settings)
    assert (code, errors.count("\n")) == (1, 1)


def workers_of(process: Process) -> list[psutil.Process]:
    return [
        child
        for child in psutil.Process(process.pid).children(recursive=True)
        if "resource_tracker" not in " ".join(child.cmdline())
    ]


def processes_in(folder: Path) -> list[str]:
    """The command lines that name the folder."""
    found: list[str] = []
    for other in psutil.process_iter(["cmdline"]):
        command = " ".join(other.info["cmdline"] or ())
        if str(folder) in command and other.pid != os.getpid():
            found.append(command)
    return found
