"""The sockets that are bound before anything is started for them."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest

from graph.listening import bind, url_of
from graph.startup import StartupError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator


@pytest.fixture
def bound() -> Generator[Callable[[str, int], list[socket.socket]]]:
    opened: list[socket.socket] = []

    def open_sockets(host: str, port: int) -> list[socket.socket]:
        opened.extend(bind(host, port))
        return opened

    yield open_sockets
    for each in opened:
        each.close()


def test_port_zero_takes_a_free_one(bound: Callable[[str, int], list[socket.socket]]) -> None:
    assert bound("127.0.0.1", 0)[0].getsockname()[1] > 0


def test_every_address_of_a_name_gets_the_same_port(bound: Callable[[str, int], list[socket.socket]]) -> None:
    assert len({each.getsockname()[1] for each in bound("localhost", 0)}) == 1


def test_an_address_that_the_machine_lacks_is_left_out_where_there_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 0, "", (address, 0)) for address in ("192.0.2.1", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    [only] = bind("machine", 0)
    with only:
        assert only.getsockname()[0] == "127.0.0.1"


def test_a_port_that_is_listened_on_is_named(bound: Callable[[str, int], list[socket.socket]]) -> None:
    first = bound("127.0.0.1", 0)[0]
    first.listen()
    port = first.getsockname()[1]
    with pytest.raises(StartupError, match=f"port {port} on 127.0.0.1 is in use"):
        bind("127.0.0.1", port)


def test_a_port_can_be_taken_again_at_once_after_its_connections_were_closed() -> None:
    [first] = bind("127.0.0.1", 0)
    first.listen()
    port = first.getsockname()[1]
    with socket.create_connection(("127.0.0.1", port)), first.accept()[0]:
        pass
    first.close()
    [again] = bind("127.0.0.1", port)
    again.close()


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:{port}"),
        ("0.0.0.0", "http://127.0.0.1:{port}"),  # noqa: S104 - no socket is bound there
        ("", "http://127.0.0.1:{port}"),
        ("::", "http://[::1]:{port}"),
        ("::1", "http://[::1]:{port}"),
        ("example.org", "http://example.org:{port}"),
    ],
)
def test_the_url_is_one_that_a_browser_here_can_open(
    bound: Callable[[str, int], list[socket.socket]], host: str, url: str
) -> None:
    first = bound("127.0.0.1", 0)[0]
    assert url_of(host, first) == url.format(port=first.getsockname()[1])
