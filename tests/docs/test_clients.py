"""What the page on clients shows is what the generators are tested with."""

from __future__ import annotations

from tests.docs.pages import ROOT, blocks

GENERATORS = ROOT / "tests" / "clients" / "generators"


def test_the_page_shows_the_configurations_that_are_tested() -> None:
    shown = dict(blocks("docs/clients.md"))

    assert shown["yaml"] == (GENERATORS / "codegen" / "codegen.yml").read_text(encoding="utf-8")
    assert shown["json"] == (GENERATORS / "relay" / "relay.config.json").read_text(encoding="utf-8")
