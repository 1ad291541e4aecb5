"""Projects of typed clients: their sources beside the schema that a role has, and the tools that make programs of them."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from tests.clients.conftest import HERE, SCRIPT_SECONDS, node_and_npm
from tests.graph.commands.process import running

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

COMPILER = "node_modules/typescript/bin/tsc"
CODEGEN = "node_modules/@graphql-codegen/cli/esm/bin.js"
RELAY = "node_modules/relay-compiler/cli.js"


@dataclass(frozen=True)
class Project:
    """A folder with the sources of a program; `node_modules` are those of the installation."""

    folder: Path

    def tool(self, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """What a tool has done with the project."""
        node, _ = node_and_npm()
        command = [*node, script, *arguments]
        return subprocess.run(
            command, cwd=self.folder, capture_output=True, text=True, timeout=SCRIPT_SECONDS, check=False
        )

    def make(self, script: str, *arguments: str) -> str:
        """What a tool that succeeds prints."""
        done = self.tool(script, *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def compile(self) -> None:
        """Have the TypeScript compiler check the program and write it as JavaScript."""
        self.make(COMPILER, "--project", ".")

    def answer(self, url: str, headers: Mapping[str, str]) -> Any:
        """The JSON that the compiled program prints about a server."""
        return orjson.loads(self.make("compiled/program.js", url, orjson.dumps(headers).decode()))


def project(folder: Path, installation: Path, schema: Path, *sources: str) -> Project:
    """A new project of the files of these folders, and of a schema."""
    folder.mkdir()
    (folder / "node_modules").symlink_to(installation / "node_modules")
    (folder / "schema.graphql").symlink_to(schema)
    for source in sources:
        for file in (HERE / "generators" / source).iterdir():
            if file.is_file():
                shutil.copy(file, folder)
    return Project(folder)


def exported_schema(folder: Path, database: str, role: str) -> Path:
    """A file with the SDL of a role."""
    file = folder / f"{role}.graphql"
    with running("export-schema", "--role", role, "--output", str(file), folder=folder, DATABASE_URL=database) as process:  # fmt: skip
        assert process.wait() == 0, process.errors
    return file
