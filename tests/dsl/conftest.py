"""Blueprints as texts in a temporary folder."""

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.domain.blueprint import Plan
from engine.domain.errors import BlueprintInvalid, Problem
from engine.dsl.parse import parse

HEADER = "tosca_definitions_version: cloudify_dsl_1_5\nimports:\n  - cloudify/types/types.yaml\n"

Parse = Callable[..., Plan]
Problems = Callable[..., list[Problem]]


@pytest.fixture
def parsed(tmp_path: Path) -> Parse:
    """Parse a text as `blueprint.yaml`, beside the files given by name."""

    def run(text: str, files: dict[str, str] | None = None) -> Plan:
        for name, content in {"blueprint.yaml": text, **(files or {})}.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(content)
        return parse(tmp_path / "blueprint.yaml", root=tmp_path)

    return run


@pytest.fixture
def problems(parsed: Parse) -> Problems:
    """Return what is wrong with a text."""

    def run(text: str, files: dict[str, str] | None = None) -> list[Problem]:
        with pytest.raises(BlueprintInvalid) as refusal:
            parsed(text, files)
        return list(refusal.value.problems)

    return run
