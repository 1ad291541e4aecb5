"""Which operating system user the server runs as: the caller, or for root an unprivileged user that exists already."""

from __future__ import annotations

import contextlib
import os
import pwd
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from persistence.embedded.errors import EmbeddedError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

ROOT = 0
UNPRIVILEGED_NAMES = ("postgres", "nobody")


class DropOptions(TypedDict, total=False):
    """The options of `subprocess` that start a program as another user."""

    user: int
    group: int
    extra_groups: Sequence[int]


@dataclass(frozen=True, slots=True)
class Identity:
    """A user and its first group."""

    uid: int
    gid: int

    @property
    def drop(self) -> DropOptions:
        """How a program is started as this user; nothing when the process is this user already."""
        if os.geteuid() == self.uid:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def give(self, path: Path) -> None:
        """Make this user the owner of `path`, itself and not what it links to."""
        if os.geteuid() == ROOT:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    @property
    def name(self) -> str:
        """The user's name, or its number where the system has no name for it."""
        try:
            return pwd.getpwuid(self.uid).pw_name
        except KeyError:
            return str(self.uid)

    def barrier(self, path: Path) -> Path | None:
        """The outermost folder on the way to `path`, or `path` itself, that this user cannot pass, by its mode bits."""
        steps = [step for step in (path, *path.parents) if step.exists()]
        return next((step for step in reversed(steps) if not self.may_pass(step)), None)

    def may_pass(self, step: Path) -> bool:
        """Whether the mode bits of a folder let this user through, or those of a program let it be run."""
        status = step.stat()
        shift = 6 if status.st_uid == self.uid else 3 if status.st_gid == self.gid else 0
        return self.uid == ROOT or bool(status.st_mode >> shift & 1)


def current() -> Identity:
    """The user of this process."""
    return Identity(os.geteuid(), os.getegid())


def owner_of(data_dir: Path) -> Identity:
    """Who owns the files that only the launcher reads: the caller, or for root the owner of the data folder."""
    caller = current()
    if caller.uid == ROOT and data_dir.exists():
        return _named(data_dir.stat().st_uid) or caller
    return caller


def server_of(owner: Identity, data: Path) -> Identity:
    """Who runs the server: the owner, or for root whoever owns `data`, or the first unprivileged user of the system.

    Raises:
        EmbeddedError: when there is none.
    """
    if owner.uid != ROOT:
        return owner
    found = _named(data.stat().st_uid) if data.exists() else None
    if found and found.uid != ROOT:
        return found
    for name in UNPRIVILEGED_NAMES:
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return Identity(entry.pw_uid, entry.pw_gid)
    raise EmbeddedError("PostgreSQL does not run as root, and there is neither a user postgres nor a user nobody")


def _named(uid: int) -> Identity | None:
    """The user with this number if it has a name, which initdb asks for."""
    try:
        return Identity(uid, pwd.getpwuid(uid).pw_gid)
    except KeyError:
        return None
