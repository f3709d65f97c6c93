"""The demo when the shop cannot be opened."""

import io
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from conductor_tui.cli.output import Output
from conductor_tui.demo import plain, shop_deployment
from engine.conductor import Conductor
from tests.demo.conftest import SHOP


def test_a_shop_that_does_not_open_says_why_and_is_removed_again(
    tmp_path: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(SHOP, tmp_path / "shop")
    (tmp_path / "shop" / "programs" / "proxy.py").write_text("raise SystemExit('no room for a proxy')\n")
    monkeypatch.setattr(shop_deployment, "BLUEPRINT", tmp_path / "shop" / "blueprint.yaml")
    stdout, stderr = io.StringIO(), io.StringIO()

    with closing(Conductor(own_home)) as conductor:
        code = plain.run(conductor, Output(stdout, stderr), keep=False)
        left = conductor.deployments(), conductor.blueprints()

    assert 1 == code
    assert "has ended: no room for a proxy" in stderr.getvalue()
    assert "The shop did not open: install" in stderr.getvalue()
    assert "The shop answered" not in stdout.getvalue()
    assert ([], []) == left
    assert [] == [file for file in (own_home / "work").rglob("*") if file.is_file()]
