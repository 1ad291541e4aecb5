from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from threading import Thread
from typing import Any

import orjson
import pytest
import yaml

from graph.settings import Settings

ROOT = Path(__file__).parents[1]
SETTINGS = {name.upper() for name in Settings.model_fields}
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


SOURCE_ONLY = {"pyvips"}
"""Published as source, which needs no compiler: it is Python, over the library in the wheels of pyvips-binary."""


@cache
def tracked_files() -> tuple[Path, ...]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False, text=True)
    if listed.returncode:
        pytest.skip("not a git clone")
    return tuple(path for path in (ROOT / name for name in listed.stdout.split("\0") if name) if path.exists())


@cache
def project() -> dict[str, Any]:
    return tomllib.loads(text("pyproject.toml"))


@cache
def locked_packages() -> dict[str, dict[str, Any]]:
    return {package["name"]: package for package in tomllib.loads(text("uv.lock"))["package"]}


def name_of(requirement: str) -> str:
    return re.split(r"[\[<>=~! ;]", requirement, maxsplit=1)[0]


def direct_dependencies() -> list[str]:
    return [name_of(line) for line in project()["project"]["dependencies"]]


def found(pattern: str, name: str) -> str:
    match = re.search(pattern, text(name), re.MULTILINE)
    assert match, f"{name} has nothing like {pattern}"
    return match[1]


# Tools and versions.


def test_the_makefile_and_the_image_use_one_uv() -> None:
    version = found(r"^UV_VERSION := (\S+)", "Makefile")

    assert found(r"^ARG UV_VERSION=(\S+)", "Dockerfile") == version
    assert project()["tool"]["uv"]["required-version"] == f">={version}"


def test_the_image_has_a_python_that_the_project_supports() -> None:
    versions = set(re.findall(r"^FROM python:([\d.]+)-slim", text("Dockerfile"), re.MULTILINE))

    assert len(versions) == 1
    assert f"Programming Language :: Python :: {versions.pop()}" in project()["project"]["classifiers"]


@pytest.mark.parametrize("architecture", ["x86_64", "aarch64"])
def test_every_locked_package_has_a_wheel_for_the_image(architecture: str) -> None:
    version = found(r"^FROM python:([\d.]+)-slim", "Dockerfile").replace(".", "")

    missing = {name for name in served_packages() if not has_wheel(locked_packages()[name], version, architecture)}
    assert missing == SOURCE_ONLY


def served_packages() -> set[str]:
    reached: set[str] = set()
    waiting = ["selfgraph"]
    while waiting:
        package = locked_packages()[waiting.pop()]
        for dependency in package.get("dependencies", []) + optional_dependencies(package):
            on_linux = "win32" not in dependency.get("marker", "") and "Windows" not in dependency.get("marker", "")
            if on_linux and dependency["name"] not in reached:
                reached.add(dependency["name"])
                waiting.append(dependency["name"])
    return reached


def optional_dependencies(package: dict[str, Any]) -> list[dict[str, Any]]:
    # The lock holds the extras that somebody asks for, and no others.
    return [dependency for extra in package.get("optional-dependencies", {}).values() for dependency in extra]


def has_wheel(package: dict[str, Any], version: str, architecture: str) -> bool:
    for wheel in package.get("wheels", []):
        python, abi, platform = wheel["url"].rsplit("/", 1)[1].removesuffix(".whl").rsplit("-", 3)[1:]
        fits_python = f"cp{version}" in python or "py3" in python or abi == "abi3"
        if fits_python and (platform == "any" or ("manylinux" in platform and architecture in platform)):
            return True
    return False


def test_every_tool_of_the_checks_is_locked() -> None:
    tools = {name_of(line) for line in project()["dependency-groups"]["dev"]}

    assert tools <= set(locked_packages())


def test_every_commit_hook_runs_a_locked_program_of_the_virtual_environment() -> None:
    hooks = yaml.safe_load(text(".pre-commit-config.yaml"))["repos"]

    assert [repository["repo"] for repository in hooks] == ["local"]
    programs = {hook["entry"].split()[0] for hook in hooks[0]["hooks"]}
    packages = {program.removeprefix(".venv/bin/") for program in programs} - {"uv"}
    assert all(program.startswith(".venv/bin/") for program in programs)
    assert {{"lint-imports": "import-linter"}.get(name, name) for name in packages} <= set(locked_packages())


# Dependencies.


@pytest.mark.parametrize("dependency", direct_dependencies())
def test_every_dependency_has_its_reason_in_the_architecture_page(dependency: str) -> None:
    section = text("docs/architecture.md").partition("Dependencies")[2]

    assert re.search(rf"\b{re.escape(dependency)}\b", section)


@pytest.mark.parametrize("dependency", sorted(served_packages()))
def test_no_dependency_is_under_the_gpl(dependency: str) -> None:
    try:
        about = metadata(dependency)
    except PackageNotFoundError:
        pytest.skip("not installed on this platform")
    fields = ("License-Expression", "License", "Classifier")
    licences = [line for field in fields for line in about.get_all(field) or []]

    assert not [name for name in licences if re.search(r"(?<!L)\bA?GPL|(?<!Lesser )General Public", name)]


def test_the_python_packages_come_from_pypi() -> None:
    assert set(re.findall(r'registry = "([^"]+)"', text("uv.lock"))) == {"https://pypi.org/simple"}
    assert set(re.findall(r'url = "https://([^/"]+)', text("uv.lock"))) == {"files.pythonhosted.org"}


def test_the_node_packages_come_from_the_npm_registry() -> None:
    for file in (path for path in tracked_files() if path.name == "package-lock.json"):
        packages = orjson.loads(file.read_bytes())["packages"]
        hosts = {package["resolved"].split("/")[2] for package in packages.values() if "resolved" in package}
        assert hosts <= {"registry.npmjs.org"}, file


# The image and the stack.


def test_the_image_copies_nothing_that_dockerignore_holds_back() -> None:
    allowed = {line.removeprefix("!") for line in text(".dockerignore").splitlines() if line.startswith("!")}
    copied = {
        name
        for line in re.findall(r"^COPY (?!--from)(.+)$", text("Dockerfile"), re.MULTILINE)
        for name in line.split()[:-1]
    }

    assert copied == allowed
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_the_image_sets_only_settings_that_exist() -> None:
    environment = found(r"^ENV (PATH=(?:.*\\\n)*.*)$", "Dockerfile")

    assert set(re.findall(r"(\w+)=", environment)) - {"PATH", "PYTHONUNBUFFERED"} <= SETTINGS


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False)])
def test_the_health_check_of_the_image_follows_the_answer(status: int, healthy: bool) -> None:  # noqa: FBT001 - a case
    class Health(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the standard library
            pass

    command = orjson.loads(found(r"^HEALTHCHECK .*CMD (\[(?:.|\\\n)*\])$", "Dockerfile").replace("\\\n", ""))
    with ThreadingHTTPServer(("127.0.0.1", 0), Health) as server:
        Thread(target=server.serve_forever).start()
        try:
            check = subprocess.run(
                [sys.executable, *command[1:]],
                env={**os.environ, "PORT": str(server.server_port)},
                capture_output=True,
                check=False,
                timeout=30,
            )
        finally:
            server.shutdown()

    assert (check.returncode == 0) == healthy


def test_compose_sets_only_settings_that_exist() -> None:
    assert set(COMPOSE["services"]["server"]["environment"]) <= SETTINGS


@pytest.mark.parametrize("service", COMPOSE["services"])
def test_compose_publishes_on_the_loopback_interface_only(service: str) -> None:
    assert all(port.startswith("127.0.0.1:") for port in COMPOSE["services"][service].get("ports", []))


@pytest.mark.parametrize("service", COMPOSE["services"])
def test_compose_pins_every_image(service: str) -> None:
    definition = COMPOSE["services"][service]

    assert "build" in definition or re.fullmatch(r"[\w./-]+:v?\d[\w.-]*", definition["image"])


def test_compose_declares_every_volume_that_a_service_uses() -> None:
    used = {volume.split(":")[0] for service in COMPOSE["services"].values() for volume in service.get("volumes", [])}

    assert used == set(COMPOSE["volumes"])


def test_compose_waits_until_what_the_server_needs_is_healthy() -> None:
    needed = COMPOSE["services"]["server"]["depends_on"]

    assert {name: wait["condition"] for name, wait in needed.items()} == {"database": "service_healthy"}
    assert "healthcheck" in COMPOSE["services"]["database"]


# The pages.


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ +(.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def test_every_link_of_the_pages_leads_somewhere() -> None:
    broken: list[str] = []
    for page in (path for path in tracked_files() if path.suffix == ".md"):
        for link in re.findall(r"\]\((?!\w+:)([^)\s]+)\)", page.read_text(encoding="utf-8")):
            name, _, anchor = link.partition("#")
            target = (page.parent / name) if name else page
            if not target.exists() or (anchor and anchor not in anchors(target)):
                broken.append(f"{page.relative_to(ROOT)}: {link}")

    assert broken == []


def test_every_make_target_of_the_pages_exists() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", text("Makefile"), re.MULTILINE))
    named = {
        target
        for page in tracked_files()
        if page.suffix == ".md"
        for target in re.findall(r"`make ([a-z][a-z-]*)", page.read_text(encoding="utf-8"))
    }

    assert named <= targets


def test_the_changelog_has_a_section_for_what_is_not_released() -> None:
    assert re.search(r"^## \[?Unreleased\]?", text("CHANGELOG.md"), re.MULTILINE)
