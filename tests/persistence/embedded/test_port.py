from __future__ import annotations

import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psutil
import pytest

from persistence.embedded import EmbeddedError, acquire, status
from tests.persistence.embedded.conftest import kill

if TYPE_CHECKING:
    from collections.abc import Generator

    from tests.persistence.embedded.conftest import Ask, Installation


@pytest.fixture
def taken_port() -> Generator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


@pytest.fixture
def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_no_port_is_opened_unless_asked(installation: Installation) -> None:
    acquire(installation.data_dir)

    assert not [entry for entry in installation.server.net_connections("inet") if entry.status == psutil.CONN_LISTEN]


def test_a_port_that_is_asked_takes_connections_with_the_password(
    installation: Installation, ask: Ask, free_port: int
) -> None:
    server = acquire(installation.data_dir, port=free_port)

    password = urlsplit(server.url).password
    assert ask(f"postgresql://selfgraph:{password}@127.0.0.1:{free_port}/selfgraph", "SELECT 1") == 1


def test_the_socket_works_beside_a_port(installation: Installation, ask: Ask, free_port: int) -> None:
    server = acquire(installation.data_dir, port=free_port)

    assert ask(server.url, "SELECT inet_server_addr()") is None


def test_a_port_is_opened_on_the_loopback_only(installation: Installation, free_port: int) -> None:
    acquire(installation.data_dir, port=free_port)

    listening = {entry.laddr for entry in installation.server.net_connections("inet")}
    assert listening == {("127.0.0.1", free_port)}


def test_a_taken_port_is_refused_with_its_setting(installation: Installation, taken_port: int) -> None:
    with pytest.raises(EmbeddedError, match=f"EMBEDDED_PORT={taken_port} .*Address already in use"):
        acquire(installation.data_dir, port=taken_port)

    assert status(installation.data_dir).postmaster is None


def test_another_port_than_the_running_one_is_refused(installation: Installation, free_port: int) -> None:
    acquire(installation.data_dir)

    with pytest.raises(EmbeddedError, match=f"EMBEDDED_PORT={free_port}: .*runs without a port"):
        acquire(installation.data_dir, port=free_port)


def test_asking_no_port_takes_a_server_with_one(installation: Installation, ask: Ask, free_port: int) -> None:
    acquire(installation.data_dir, port=free_port)

    assert ask(acquire(installation.data_dir).url, "SELECT 1") == 1


def test_a_port_stays_when_the_keeper_is_replaced(installation: Installation, free_port: int) -> None:
    acquire(installation.data_dir, port=free_port)
    kill(installation.keeper)
    acquire(installation.data_dir)

    assert f"port={free_port}" in " ".join(installation.keeper.cmdline())
