"""The list of features names only tests that exist, and gives a reason for what is not there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
LIST = (ROOT / "docs" / "features.md").read_text()
ROWS = [
    line.split("|")[1:4] for line in LIST.splitlines() if line.startswith("| ") and not line.startswith("| Feature")
]


def test_every_test_that_is_named_exists() -> None:
    source = "\n".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    named = set(re.findall(r"`(test_\w+)`", LIST))

    assert named
    assert set() == {name for name in named if f"def {name}(" not in source}


def test_what_is_there_names_a_test_and_what_is_not_a_reason() -> None:
    for feature, mark, shown in ROWS:
        assert mark.strip() in {"has", "partly", "no"}, feature
        assert shown.strip(), feature
        if mark.strip() == "has":
            assert "`test_" in shown, feature
