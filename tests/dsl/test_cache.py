"""Kept plans: the same as new ones, and never older than their sources."""

from pathlib import Path

import pytest

from engine.domain.blueprint import Plan
from engine.domain.errors import BlueprintInvalid
from engine.dsl.cache import PlanCache
from tests.dsl.conftest import HEADER

MAIN = HEADER + "  - part.yaml\n"
PART = (
    "node_templates:\n  web:\n    type: cloudify.nodes.WebServer\n    interfaces:\n"
    "      cloudify.interfaces.lifecycle: { start: start.sh }\n"
)


@pytest.fixture
def blueprint(tmp_path: Path) -> Path:
    folder = tmp_path / "blueprint"
    folder.mkdir()
    for name, text in {"main.yaml": MAIN, "part.yaml": PART, "start.sh": "true"}.items():
        (folder / name).write_text(text)
    return folder / "main.yaml"


@pytest.fixture
def plans(tmp_path: Path) -> PlanCache:
    return PlanCache(tmp_path / "plans")


def parsed(plans: PlanCache, blueprint: Path) -> Plan:
    return plans.parse(blueprint, root=blueprint.parent)


def test_a_kept_plan_equals_the_new_one(plans: PlanCache, blueprint: Path) -> None:
    new = parsed(plans, blueprint)

    assert new == parsed(plans, blueprint)
    assert 1 == len(list(plans.folder.iterdir()))


def test_a_changed_main_file_is_read_again(plans: PlanCache, blueprint: Path) -> None:
    parsed(plans, blueprint)
    blueprint.write_text(MAIN + "description: changed\n")

    assert "changed" == parsed(plans, blueprint).description


def test_a_changed_import_is_read_again(plans: PlanCache, blueprint: Path) -> None:
    parsed(plans, blueprint)
    (blueprint.parent / "part.yaml").write_text(PART.replace("web:", "shop:"))

    assert ["shop"] == list(parsed(plans, blueprint).nodes)


def test_a_script_that_went_is_missed(plans: PlanCache, blueprint: Path) -> None:
    parsed(plans, blueprint)
    (blueprint.parent / "start.sh").unlink()

    with pytest.raises(BlueprintInvalid, match=r"start\.sh"):
        parsed(plans, blueprint)


def test_a_damaged_entry_is_replaced(plans: PlanCache, blueprint: Path) -> None:
    new = parsed(plans, blueprint)
    entry = next(plans.folder.iterdir())
    entry.write_bytes(entry.read_bytes()[:100])

    assert new == parsed(plans, blueprint)
    assert entry.stat().st_size > 100


def test_a_refusal_is_not_kept(plans: PlanCache, blueprint: Path) -> None:
    blueprint.write_text(MAIN + "nonsense: 1\n")

    with pytest.raises(BlueprintInvalid):
        parsed(plans, blueprint)

    assert not plans.folder.exists()


def test_a_folder_that_cannot_be_written_does_no_harm(tmp_path: Path, blueprint: Path) -> None:
    (tmp_path / "file").write_text("")

    assert ["web"] == list(parsed(PlanCache(tmp_path / "file" / "plans"), blueprint).nodes)
