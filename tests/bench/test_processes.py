from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from bench.failure import BenchError
from bench.processes import free_port, running, wait_for_answer

if TYPE_CHECKING:
    from pathlib import Path

SERVER = """
import http.server, sys
class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.send_response(200)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def test_a_server_answers_inside_the_block_and_has_ended_after_it(tmp_path: Path) -> None:
    port = free_port()
    log = tmp_path / "log"

    with running([sys.executable, "-c", SERVER, str(port)], os.environ, tmp_path, log) as process:
        response = wait_for_answer(process, f"http://127.0.0.1:{port}/", b"{}", {}, log)

    assert response.status_code == 200
    assert process.returncode is not None


def test_a_server_that_ends_at_its_start_is_reported_with_its_last_line(tmp_path: Path) -> None:
    log = tmp_path / "log"
    command = [sys.executable, "-c", "print('first'); print('no room'); raise SystemExit(3)"]

    with running(command, os.environ, tmp_path, log) as process, pytest.raises(BenchError, match=r"start: no room$"):
        wait_for_answer(process, f"http://127.0.0.1:{free_port()}/", b"{}", {}, log)


def test_a_server_is_given_no_other_environment(tmp_path: Path) -> None:
    log = tmp_path / "log"

    with running(["/usr/bin/env"], {"PORT": "1"}, tmp_path, log) as process:
        process.wait(30)

    assert log.read_text() == "PORT=1\n"
