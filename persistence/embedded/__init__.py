"""The embedded PostgreSQL. Modules in order of control flow.

`server` acquires and releases; `control` is for the operator; `layout` says where the files are, `identity` whose they
are, `binaries` which programs run; `locks` are how processes agree; `cluster` makes the data directory; `launch` starts
the `keeper`, the process that owns the server; `processes` tells live ones from stale notes.
"""

from persistence.embedded.control import Status, start, status, stop
from persistence.embedded.errors import EmbeddedError
from persistence.embedded.server import EmbeddedServer, acquire

__all__ = ["EmbeddedError", "EmbeddedServer", "Status", "acquire", "start", "status", "stop"]
