"""The embedded PostgreSQL, in order of control flow.

`server` (acquire, release), `layout` (where the files are) with `identity` (which user) and `binaries` (which programs),
`locks`, `cluster` (initdb, configuration), `postmaster` (is it running), `keeper` (the process that owns it).
"""

from persistence.embedded.errors import EmbeddedError
from persistence.embedded.server import EmbeddedServer, acquire

__all__ = ["EmbeddedError", "EmbeddedServer", "acquire"]
