"""docs/keys.md says what the keys do."""

from pathlib import Path

from tests.cli.golden import assert_golden
from tests.cockpit.keypage import page

PAGE = Path(__file__).parents[2] / "docs" / "keys.md"


def test_the_documented_keys_are_the_real_ones() -> None:
    assert_golden(PAGE, page())
