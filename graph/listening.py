"""The sockets that the server listens on, bound before anything is started for them."""

from __future__ import annotations

import errno
import socket
from typing import Final

from graph.startup import StartupError

_REASONS: Final = {
    errno.EADDRINUSE: "is in use; stop what uses it or choose another one with --port or PORT",
    errno.EACCES: "may not be used by this user; choose one from 1024 up with --port or PORT",
    errno.EADDRNOTAVAIL: "is not an address of this machine; choose another one with --host or HOST",
}

_ABSENT: Final = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}


def bind(host: str, port: int) -> list[socket.socket]:
    """Bind every address of `host`; port 0 takes a free one, the same on each.

    Raises:
        StartupError: with one line that says which address and why.
    """
    bound: list[socket.socket] = []
    missing: StartupError | None = None
    for family, address in _addresses(host, port):
        wanted = bound[0].getsockname()[1] if bound else port
        try:
            bound.append(_bind(family, (address, wanted)))
        except OSError as error:
            refusal = listening_error(address, wanted, error)
            if error.errno not in _ABSENT:
                _close(bound)
                raise refusal from None
            missing = refusal
    # `localhost` often has an IPv6 address that the machine has not: the other one is enough.
    if not bound and missing is not None:
        raise missing
    return bound


def url_of(host: str, bound: socket.socket) -> str:
    """The URL under which a browser on this machine reaches the socket."""
    reachable = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}.get(host)  # noqa: S104 - compared, not bound
    shown = reachable or (f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{bound.getsockname()[1]}"


def _addresses(host: str, port: int) -> list[tuple[socket.AddressFamily, str]]:
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (socket.gaierror, UnicodeError):
        raise StartupError(f"HOST={host!r} is no name or address that can be listened on") from None
    return list(dict.fromkeys((family, str(address[0])) for family, _, _, _, address in found))


def _bind(family: socket.AddressFamily, address: tuple[str, int]) -> socket.socket:
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family is socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        bound.bind(address)
    except OSError:
        bound.close()
        raise
    return bound


def _close(sockets: list[socket.socket]) -> None:
    for each in sockets:
        each.close()


def listening_error(host: str, port: int, error: OSError) -> StartupError:
    """The line for an address that cannot be listened on."""
    if error.errno == errno.EADDRNOTAVAIL:
        return StartupError(f"{host} {_REASONS[errno.EADDRNOTAVAIL]}")
    reason = _REASONS.get(error.errno or 0, f"cannot be listened on: {error.strerror}")
    return StartupError(f"port {port} on {host} {reason}")
