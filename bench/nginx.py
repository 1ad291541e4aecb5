"""nginx over a folder: what bytes cost at least."""

from __future__ import annotations

import os
import shutil
import socket
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from bench.failure import BenchError
from bench.processes import POLL_SECONDS, START_SECONDS, free_port, running

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

# One worker, as selfgraph has one process, and what nginx's own documentation names for files.
_CONFIGURATION: Final = """
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log stderr warn;
{user}
events {{ worker_connections 1024; }}
http {{
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000000;
  client_max_body_size 0;
  client_body_temp_path {folder}/temporary;
  proxy_temp_path {folder}/temporary;
  fastcgi_temp_path {folder}/temporary;
  scgi_temp_path {folder}/temporary;
  uwsgi_temp_path {folder}/temporary;
  server {{
    listen 127.0.0.1:{port};
    root {folder}/files;
    dav_methods PUT;
  }}
}}
"""


def find_nginx() -> str | None:
    """The command, if it is installed; Debian has it where not everybody's PATH goes."""
    return shutil.which("nginx", path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"]))


@contextmanager
def nginx(command: str, folder: Path) -> Generator[str]:
    """Serve `folder/files`, and take what is PUT there, until the block ends; gives the URL.

    Raises:
        BenchError: it does not start.
    """
    port = free_port()
    (folder / "temporary").mkdir()
    user = "user root;" if os.geteuid() == 0 else ""
    configuration = folder / "nginx.conf"
    configuration.write_text(_CONFIGURATION.format(folder=folder, port=port, user=user))
    log = folder / "nginx.log"
    with running([command, "-c", configuration, "-e", "stderr"], dict(os.environ), folder, log) as process:
        deadline = time.monotonic() + START_SECONDS
        while not _listens(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise BenchError(f"nginx does not start: {log.read_text(errors='replace').strip()[-300:]}")
            time.sleep(POLL_SECONDS)
        yield f"http://127.0.0.1:{port}"


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True
