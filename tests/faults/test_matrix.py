"""The matrix of faults in the documents names tests that there are, and leaves no cell empty."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "faults.md").read_text()
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", PAGE)))
SIGNALS = re.findall(r"^\| (engine|zygote|shim|worker|operation|all at once) \|(.*)\|(.*)\|(.*)\|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_a_named_test_exists(file: str, name: str) -> None:
    assert re.search(rf"^def {name}\(", (ROOT / file).read_text(), re.MULTILINE)


def test_every_process_meets_every_signal() -> None:
    assert ["engine", "zygote", "shim", "worker", "operation", "all at once"] == [process for process, *_ in SIGNALS]
    assert all("::test_" in cell for _, *cells in SIGNALS for cell in cells)


def test_every_fault_has_a_test() -> None:
    rows = [line for line in PAGE.partition("## Everything else")[2].splitlines() if line.startswith("| ")]

    assert len(rows) > 15
    assert all("::test_" in line.rpartition("| ")[2] for line in rows if not line.startswith("| fault |"))
